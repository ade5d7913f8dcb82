"""The model: loading, compiling, preprocessing, forecasting."""
