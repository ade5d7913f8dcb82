"""The exceptions that mean something to a user."""


class UserError(Exception):
    """Something that the user can mend, told in a sentence with its remedy.

    Attributes:
        sentence: What is wrong and where, one or more full sentences.
        remedy: What to do about it, a full sentence; empty if the sentence says it already.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence, remedy)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Raised inside a job that was asked to stop."""
