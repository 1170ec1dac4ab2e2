"""Matches on paper: the pages' own readings, laid out as PDF."""

from matchmaking.paper.sheets import NeedSheet, PairSheet, SolutionSheet

__all__ = ["NeedSheet", "PairSheet", "SolutionSheet"]
