"""Django admin for matching: runs to retry, weights to choose, scores and constants to read."""

from matchmaking.admin import matching, weights

__all__ = ["matching", "weights"]
