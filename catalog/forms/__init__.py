"""What people fill in about a listing: each form is one part of one step of its content."""
