"""Results of jobs: forecasts, descriptions, differences and their limits."""
