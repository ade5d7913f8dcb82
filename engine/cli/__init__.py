"""The command line: the application, and the commands that run no job kind."""
