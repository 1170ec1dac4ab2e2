"""View models: a listing as one viewer may read it, ready for the templates."""
