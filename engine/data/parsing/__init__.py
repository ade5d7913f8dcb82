"""Text to cells: sources, encodings, fields, numbers and timestamps."""
