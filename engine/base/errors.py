"""Exceptions for users, and the cause in other libraries' exceptions."""


class UserError(Exception):
    """An error that the user can fix: a sentence and its remedy.

    Attributes:
        sentence: What is wrong and where, one or more full sentences.
        remedy: What to do about it, a full sentence; empty if the sentence says it.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence, remedy)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


class ModelError(UserError):
    """A damaged model gives no forecast, whatever the input and the options are."""


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not a fault
    """A job stops because it was asked to."""


def first_line(error: BaseException) -> str:
    """Return the cause in an error's message, or the error's type, without the final period."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # torch announces the cause on the next line: "backend='inductor' raised:".
    count = 2 if lines[0].endswith(":") else 1
    return " ".join(lines[:count]).rstrip(". ")
