"""The settings: one table, its presets, its variables and its env files."""
