"""What is measured, a file each; every measure calls what the site itself calls."""
