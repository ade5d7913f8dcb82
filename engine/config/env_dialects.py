"""The dialects of env files: how each reader wants a value quoted, and how its lines are read.

Programs disagree about quotes, blanks, backslashes and dollars. The *portable* dialect is what
all of them read alike, without any quoting; each other dialect is exact for one reader.
"""

import dataclasses
import io
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from dotenv.parser import parse_stream

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_ASSIGNMENT = re.compile(rf"\s*(?:export\s+)?({_NAME})=(.*)", re.DOTALL)
_PORTABLE = re.compile(r"[A-Za-z0-9_./:,@%+=-]")
_BASH_PIECE = re.compile(
    r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"\\$`]|\\.)*)"|\\(?P<escaped>.)"""
    r"""|(?P<plain>[^\s'"\\$`~;&|<>()]+)"""
)


class Dialect(StrEnum):
    """Whose rules an env file follows."""

    PORTABLE = "portable"
    BASH = "bash"
    DOTENV = "dotenv"
    DOCKER = "docker"
    SYSTEMD = "systemd"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an env file that is neither blank nor a comment.

    Attributes:
        number: Its place in the file, from 1.
        text: The line as it stands there.
        name: The variable; empty if the line is not an assignment.
        value: Its value, with quotes and escapes resolved.
    """

    number: int
    text: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Syntax:
    """The rules of a dialect.

    Attributes:
        readers: Who reads it, for people.
        quote: Writes a value so that the readers give it back exactly.
        trouble: The first part of a value for which that cannot be done; empty if it can.
        lines: Reads the assignments of a text.
    """

    readers: str
    quote: Callable[[str], str]
    trouble: Callable[[str], str]
    lines: Callable[[str], Iterator[Line]]


def _unchanged(value: str) -> str:
    return value


def _no_trouble(_value: str) -> str:
    return ""


def _not_portable(value: str) -> str:
    return next((character for character in value if not _is_portable(character)), "")


def _is_portable(character: str) -> bool:
    if character.isascii():
        return bool(_PORTABLE.match(character))
    return character.isprintable()


def _not_dotenv(value: str) -> str:
    # python-dotenv replaces ${...} inside single quotes too, and has no escape for it.
    if "${" in value:
        return "${"
    # Older versions take an escaped backslash before the closing quote for an escaped quote.
    return "\\" if value.endswith("\\") and _quote_dotenv(value) != value else ""


def _in_quotes(value: str) -> str:
    # Newer dockers remove a pair of quotes around a value, older ones keep it.
    return value[0] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else ""


def _not_systemd(value: str) -> str:
    return next((character for character in value if _is_noncharacter(character)), "")


def _is_noncharacter(character: str) -> bool:
    code = ord(character)
    return character == "\ufeff" or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def _quote_dotenv(value: str) -> str:
    if value == value.strip() and "#" not in value and not value.startswith(("'", '"')):
        return value
    return "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"


def _quote_systemd(value: str) -> str:
    if not _not_portable(value):
        return value
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _unescape(text: str) -> str:
    return re.sub(r'\\(["\\$`])', r"\1", text)


def _unquote_bash(raw: str) -> str:
    """Resolve one word; what bash would expand or run is not one."""
    value, end = "", 0
    while piece := _BASH_PIECE.match(raw, end):
        text = piece[piece.lastindex or 0]
        value += _unescape(text) if piece.lastgroup == "double" else text
        end = piece.end()
    if not re.fullmatch(r"\s*|\s+#.*", raw[end:]):
        raise ValueError(raw)
    return value


def _unquote_docker(raw: str) -> str:
    return raw[1:-1] if _in_quotes(raw) else raw


def _unquote_systemd(raw: str) -> str:
    raw = raw.lstrip(" \t")
    if quoted := re.fullmatch(r'"((?:[^"\\]|\\.)*)"[ \t]*', raw):
        return _unescape(quoted[1])
    if quoted := re.fullmatch(r"'([^']*)'[ \t]*", raw):
        return quoted[1]
    # A blank at the end goes, unless a backslash keeps it.
    plain = re.fullmatch(r"((?:[^\\]|\\.)*?)[ \t]*", raw)
    if plain is None or raw.startswith(("'", '"')):
        raise ValueError(raw)
    return re.sub(r"\\(.)", r"\1", plain[1])


def _line(number: int, text: str, unquote: Callable[[str], str]) -> Line:
    assignment = _ASSIGNMENT.fullmatch(text)
    if assignment is None:
        return Line(number, text)
    try:
        return Line(number, text, assignment[1], unquote(assignment[2]))
    except ValueError:
        return Line(number, text)


def _single_lines(text: str, unquote: Callable[[str], str]) -> Iterator[Line]:
    """Read the dialects in which each line stands alone."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith(("#", ";")):
            yield _line(number, line.removesuffix("\r"), unquote)


def _dotenv_lines(text: str) -> Iterator[Line]:
    for binding in parse_stream(io.StringIO(text)):
        original = binding.original.string
        content = original.lstrip()
        blank_lines = original[: len(original) - len(content)].count("\n")
        line = Line(binding.original.line + blank_lines, content.rstrip())
        name, value = binding.key or "", binding.value
        if value is not None and re.fullmatch(_NAME, name):
            yield dataclasses.replace(line, name=name, value=value)
        elif name or binding.error:
            yield line


SYNTAXES: Mapping[Dialect, Syntax] = {
    Dialect.PORTABLE: Syntax(
        "bash, python-dotenv, docker --env-file and systemd's EnvironmentFile alike",
        _unchanged,
        _not_portable,
        _dotenv_lines,
    ),
    Dialect.BASH: Syntax(
        "bash: set -a; . FILE; set +a",
        shlex.quote,
        _no_trouble,
        partial(_single_lines, unquote=_unquote_bash),
    ),
    Dialect.DOTENV: Syntax("python-dotenv", _quote_dotenv, _not_dotenv, _dotenv_lines),
    Dialect.DOCKER: Syntax(
        "docker run --env-file FILE",
        _unchanged,
        _in_quotes,
        partial(_single_lines, unquote=_unquote_docker),
    ),
    Dialect.SYSTEMD: Syntax(
        "systemd: EnvironmentFile=FILE in a unit",
        _quote_systemd,
        _not_systemd,
        partial(_single_lines, unquote=_unquote_systemd),
    ),
}
