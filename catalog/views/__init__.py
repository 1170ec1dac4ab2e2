"""Pages: each asks a service to write and a view model what to show."""
