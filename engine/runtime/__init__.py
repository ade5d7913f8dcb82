"""How a job is run: jobs, events, sessions, launchers and workers."""
