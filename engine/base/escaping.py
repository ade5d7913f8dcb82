"""Show text from outside: without what a terminal would obey, and short."""

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 controls with escape, delete, C1 controls
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # line ends, directions, invisibles
    "\ufeff\ufff9-\ufffb\ud800-\udfff"  # marks, and bytes of file names that are not text
    "\U000e0000-\U000e007f]"  # invisible tags
)
_UNSAFE_IN_LINES = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))


LONGEST = 160
"""Characters of a text from outside in a sentence."""


def quoted(text: str, most: int = LONGEST) -> str:
    """Return a text in quotes for a sentence: printable, and shortened to `most` characters."""
    shown = shortened(text, most)
    mark = '"' if "'" in shown and '"' not in shown else "'"
    return f"{mark}{shown}{mark}"


def shortened(text: str, most: int = LONGEST) -> str:
    """Return a text for a sentence: printable, and shortened to `most` characters."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[:most]}…"


def printable(text: str) -> str:
    r"""Return a text on one line, with control characters as escapes such as `\x1b`."""
    return _UNSAFE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Return a text with control characters as escapes, except line ends and tabs."""
    return _UNSAFE_IN_LINES.sub(_escape, text)


def printable_json(text: str) -> str:
    """Return a JSON document that means the same, with control characters as escapes."""
    return _UNSAFE_IN_LINES.sub(_escape_in_json, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _escape_in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
