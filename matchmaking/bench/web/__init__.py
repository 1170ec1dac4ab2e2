"""How fast the pages are that people open most, from a real server over a full catalogue."""
