"""What commands share: options, messages, progress, the run of a job."""
