"""Commands that measure: they print figures, and two of them look for faults."""
