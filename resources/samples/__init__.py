"""Small files to try the program with, and the script that made them."""
