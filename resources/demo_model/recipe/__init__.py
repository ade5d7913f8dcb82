"""The recipe of the demo model: synthetic series, training, evaluation. Not used by the product."""
