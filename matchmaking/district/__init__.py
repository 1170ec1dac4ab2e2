"""What a district's officers read: counts over its parks, no organization by name."""
