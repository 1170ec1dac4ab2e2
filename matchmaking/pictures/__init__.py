"""Pictures of supply and demand, drawn on the server: counted, laid out, shown as SVG and table.

Everybody sees the same: what the halls list openly. Confidential needs count only where five
organizations or more stand behind them (``protecting``).
"""

from matchmaking.pictures.registry import PICTURES, Choice, Filter, Picture, Sheet

__all__ = ["PICTURES", "Choice", "Filter", "Picture", "Sheet"]
