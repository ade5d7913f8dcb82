"""Errors as they are caught."""


def raised(
    error: Exception, cause: Exception | None = None, context: Exception | None = None
) -> Exception:
    """Return an error that was raised from a cause, while another error was handled."""
    try:
        try:
            raise context or error
        except Exception:
            raise error from cause
    except Exception as caught:
        return caught
