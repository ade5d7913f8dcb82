"""From timed calls to a verdict and its evidence."""
