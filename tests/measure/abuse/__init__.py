"""Feed hostile and broken files and settings to the program."""
