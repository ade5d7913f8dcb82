"""What jobs give: forecasts, descriptions, differences and their limits."""
