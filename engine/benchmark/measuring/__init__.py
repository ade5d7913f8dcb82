"""How sides are timed, and the processes that they live in."""
