"""Finding listings by words: segmentation, the two word indexes, queries and recall."""
