"""Demo model that ships with the program."""
