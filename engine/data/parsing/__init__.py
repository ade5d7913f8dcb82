"""Parse text into cells: compression, encoding, fields, header, numbers and timestamps."""
