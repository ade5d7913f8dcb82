"""Settings as files: an env file, lines for a shell, JSON."""
