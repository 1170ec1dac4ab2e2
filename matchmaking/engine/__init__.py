"""The matching engine: facts in, ranked and explained results out. No Django in here."""
