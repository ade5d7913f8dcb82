"""Findings about a configuration, a machine or a file."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters, from worst to least."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of one setting that clears a finding: `config.replace(**{setting: value})`.

    Attributes:
        setting: A field of `CompileConfig`.
        value: The value to give it.
    """

    setting: str
    value: bool | int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in words that a user can act upon.

    Attributes:
        severity: How much it matters.
        subject: What it belongs to: an environment variable, a column, an item id, a file.
        what: What was found, a full sentence.
        done: What was done about it, a full sentence; empty if nothing was.
        remedy: What the user can do, a full sentence; empty if nothing needs doing.
        where: Line numbers, item ids or circumstances of it, the first few only.
        why: Why it matters, a full sentence; empty if `what` says it already.
        fix: The change of a setting that clears it; None if no setting alone can.
        rule: The rule that found it; empty if it was not a rule in `engine.check.rules`.
    """

    severity: Severity
    subject: str
    what: str
    done: str = ""
    remedy: str = ""
    where: tuple[str, ...] = ()
    why: str = ""
    fix: Fix | None = None
    rule: str = ""

    def __str__(self) -> str:
        """Return the finding as one line of prose."""
        what = self.what
        if self.where:
            what = f"{what.removesuffix('.')} ({', '.join(self.where)})."
        return " ".join(part for part in (what, self.why, self.done, self.remedy) if part)
