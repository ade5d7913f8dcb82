"""The forecast of series, eager, compiled, or both."""
