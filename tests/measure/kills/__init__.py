"""Kill and cancel jobs at random moments, and look at what is left."""
