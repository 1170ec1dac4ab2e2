"""Matches for programs: what the pages show, read-only, as JSON."""
