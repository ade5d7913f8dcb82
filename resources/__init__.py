"""Files that ship with chronos-panel: the demo model, sample data, icons."""
