"""What every other room stands on: errors, findings, wording, files, the log."""
