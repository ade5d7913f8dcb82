"""Which of two configurations forecasts faster, how sure that is, and when a compile pays."""
