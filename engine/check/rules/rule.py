"""A rule of the check: a name, a severity, the settings that it belongs to, and a judgement."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.base.findings import Finding, Fix, Severity
from engine.config.settings import SETTINGS

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found.

    Attributes:
        what: What was found, a full sentence.
        remedy: What the user can do, a full sentence.
        fix: The change of a setting that clears it, if one can.
        subject: What it was found in; the variable of the rule's first setting if empty.
    """

    what: str
    remedy: str
    fix: Fix | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """Something to say about some configurations or some machines.

    Attributes:
        name: Its name, stable, for reports and scripts.
        severity: How much what it finds matters.
        settings: The settings that it belongs to, fields of `CompileConfig`.
        why: Why it matters, a full sentence.
        judge: Looks at a configuration or at facts, and tells what it found.
    """

    name: str
    severity: Severity
    settings: tuple[str, ...]
    why: str
    judge: Callable[[Subject], Iterator[Found]]

    def findings(self, judged: Subject) -> Iterator[Finding]:
        """Yield the findings of the rule."""
        for found in self.judge(judged):
            yield Finding(
                self.severity,
                found.subject or SETTINGS[self.settings[0]].variable,
                found.what,
                remedy=found.remedy,
                why=self.why,
                fix=found.fix,
                rule=self.name,
            )


def rule(
    severity: Severity, *settings: str
) -> Callable[[Callable[[Subject], Iterator[Found]]], Rule[Subject]]:
    """Make a rule of a function: its name becomes the rule's name, its docstring says why.

    Args:
        severity: How much what it finds matters.
        settings: The settings that it belongs to; the finding is about the first of them.
    """

    def make(judge: Callable[[Subject], Iterator[Found]]) -> Rule[Subject]:
        name = judge.__name__.replace("_", "-")
        return Rule(name, severity, settings, inspect.getdoc(judge) or "", judge)

    return make


def rules_in(namespace: Mapping[str, object]) -> tuple[Rule[Subject], ...]:
    """Return the rules of a module, in its order, so that none can be forgotten in a list."""
    return tuple(value for value in namespace.values() if isinstance(value, Rule))
