"""Convert the values of settings to text and back, by their types."""

import difflib
import os
from typing import Any, Literal, get_args, get_origin

from engine.base.errors import UserError
from engine.base.escaping import quoted, shortened
from engine.base.findings import Finding, Severity

TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")

LONGEST_TEXT = 4096
"""Characters of a text: as many as a path of Linux may have."""

MOST_NAMED = 20
"""Invalid settings that an error names."""

AUTO = "auto"
LARGEST_COUNT = 1_000_000

Count = int | None
"""A number from 1 to `LARGEST_COUNT`; None, `auto` as text, lets the program choose."""

Value = bool | int | str | tuple[str, ...] | None


class ConfigError(UserError):
    """Invalid settings.

    Attributes:
        findings: One for each invalid setting; the sentence names the first `MOST_NAMED`.
    """

    def __init__(self, findings: tuple[Finding, ...], heading: str = "") -> None:
        lines = [heading] if heading else []
        lines += [str(finding) for finding in findings[:MOST_NAMED]]
        if len(findings) > MOST_NAMED:
            lines.append(f"There are {len(findings) - MOST_NAMED:,} more.")
        super().__init__("\n".join(lines))
        self.args = (findings, heading)  # pickle rebuilds it from these
        self.findings = findings


def allowed(kind: Any) -> tuple[str, ...] | None:
    """Return the allowed values of a type, as text; None if any text is valid."""
    part = get_args(kind)[0] if is_list(kind) else kind
    if part is bool:
        return ("0", "1")
    return get_args(part) if get_origin(part) is Literal else None


def is_list(kind: Any) -> bool:
    """Say whether a type holds several values."""
    return get_origin(kind) is tuple


def is_count(kind: Any) -> bool:
    """Say whether a type is `Count`."""
    return bool(kind == Count)


def to_text(value: Value) -> str:
    """Return a value as the text of an environment variable."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if value is None:
        return AUTO
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) else ",".join(value)


def parse(kind: Any, text: str, called: str) -> Value:
    """Return the value of a type from its text.

    Args:
        kind: The type.
        text: The text.
        called: The setting's name in an error.

    Raises:
        ConfigError: The text is not one of the allowed values.
    """
    if is_count(kind):
        return _count(called, text)
    choices = allowed(kind)
    if choices is None:
        return _free_text(called, text)
    if kind is bool:
        return _one_of(called, text, TRUE_WORDS + FALSE_WORDS) in TRUE_WORDS
    if is_list(kind):
        return _several_of(called, text, choices)
    return _one_of(called, text, choices)


def as_text(kind: Any, value: object, called: str) -> str:
    """Return the text of a value that Python code gave, of any type.

    Raises:
        ConfigError: A value of this type cannot be made of it.
    """
    if isinstance(value, list | tuple) and is_list(kind):
        return ",".join(str(part) for part in value)
    if isinstance(value, int) and kind is bool:
        return str(int(value))
    if value is None and is_count(kind):
        return AUTO
    if isinstance(value, int) and is_count(kind):
        return str(value)
    if isinstance(value, str | os.PathLike):
        return str(value)
    choices = allowed(kind)
    finding = Finding(
        Severity.ERROR,
        called,
        f"{called} is {shortened(repr(value))}, which is not allowed.",
        remedy=f"Use one of {', '.join(choices)}." if choices else "Use text.",
    )
    raise ConfigError((finding,))


def _count(called: str, text: str) -> Count:
    word = text.strip().lower()
    if word == AUTO:
        return None
    # `int` would read digits of any script, signs and underscores.
    is_number = word.isascii() and word.isdigit() and len(word) <= len(str(LARGEST_COUNT))
    if is_number and 1 <= int(word) <= LARGEST_COUNT:
        return int(word)
    remedy = f"Use {AUTO}, or a whole number from 1 to {LARGEST_COUNT:,}."
    raise ConfigError((_not_allowed(called, text, remedy),))


def _free_text(called: str, text: str) -> str:
    trouble = _trouble_in(text)
    if trouble:
        finding = Finding(
            Severity.ERROR,
            called,
            f"{called} is {quoted(text)}, which {trouble}.",
            remedy="Use one line of plain text.",
        )
        raise ConfigError((finding,))
    return text


def _trouble_in(text: str) -> str:
    """Why no environment variable, file or terminal could hold a text; empty if they can."""
    if not text.strip():
        return "is blank"
    if any(character in text for character in "\r\n"):
        return "holds a line break"
    if "\0" in text:
        return "holds a zero byte"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "is not valid Unicode"
    if len(text) > LONGEST_TEXT:
        return f"has more than {LONGEST_TEXT:,} characters"
    return ""


def _one_of(called: str, text: str, choices: tuple[str, ...]) -> str:
    word = text.strip().lower()
    if word not in choices:
        raise ConfigError((_no_choice(called, text, choices),))
    return word


def _several_of(called: str, text: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    if not text.strip():
        finding = Finding(
            Severity.ERROR,
            called,
            f"{called} is empty.",
            remedy=f"Name at least one of {', '.join(choices)}.",
        )
        raise ConfigError((finding,))
    parts = [part.strip().lower() for part in text.split(",")]
    wrong = [part for part in dict.fromkeys(parts) if part not in choices]
    if wrong:
        raise ConfigError(tuple(_no_choice(called, part, choices) for part in wrong[:MOST_NAMED]))
    return tuple(dict.fromkeys(parts))


def _no_choice(called: str, text: str, choices: tuple[str, ...]) -> Finding:
    word = text.strip().lower()[:LONGEST_TEXT]
    nearest = difflib.get_close_matches(word, choices, n=1, cutoff=0.3)
    hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
    return _not_allowed(called, text, f"Use one of {', '.join(choices)}{hint}.")


def _not_allowed(called: str, text: str, remedy: str) -> Finding:
    what = f"{called} is {quoted(text)}, which is not allowed."
    return Finding(Severity.ERROR, called, what, remedy=remedy)
