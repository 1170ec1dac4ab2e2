"""A listing's codes and numbers as words, in the reader's language."""
