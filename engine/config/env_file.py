"""Env files: a configuration as lines `NAME=value` that other programs read too.

A file is parsed here, never executed.
"""

import dataclasses
import datetime
import importlib.metadata
import os
import re
from collections.abc import Iterator

from engine.base import files
from engine.base.errors import UserError
from engine.base.escaping import quoted, shortened
from engine.base.findings import Finding, Severity
from engine.config.env_dialects import SYNTAXES, Dialect, Line
from engine.config.settings import (
    SETTINGS,
    VARIABLES,
    CompileConfig,
    ConfigError,
    allowed_values,
    from_text,
    is_list,
)
from engine.config.values import MOST_NAMED
from engine.config.variables import nearest_variable

__all__ = ["Dialect", "NotPortable", "dialects_for", "parse", "read", "render"]

LARGEST = 250_000
"""Bytes of an env file; all variables of a process together are seldom a tenth of that."""

_MOST_LINES = 5
"""Line numbers that a warning names, beside the last one."""

_DIALECT_LINE = re.compile(r"^# Dialect: (\w+)", re.MULTILINE)


class NotPortable(UserError):  # noqa: N818 - the value is sound, the dialect too narrow
    """A dialect cannot hold a value so that its reader gives it back exactly.

    Attributes:
        variables: The variables whose values are the trouble.
        dialects: The dialects that can hold the whole configuration.
    """

    def __init__(
        self, dialect: Dialect, troubles: dict[str, str], dialects: tuple[Dialect, ...]
    ) -> None:
        sentences = [
            f"The {dialect} dialect of env files cannot hold the {trouble!r} in {variable}."
            for variable, trouble in troubles.items()
        ]
        remedy = f"Choose another dialect ({', '.join(dialects)}), or another value."
        super().__init__(" ".join(sentences), remedy)
        self.args = (dialect, troubles, dialects)  # so that it can be pickled
        self.variables = tuple(troubles)
        self.dialects = dialects


def render(config: CompileConfig, dialect: Dialect = Dialect.PORTABLE) -> str:
    """Return the text of an env file that holds a configuration.

    Raises:
        NotPortable: The dialect cannot hold a value.
    """
    if troubles := _troubles(config, dialect):
        raise NotPortable(dialect, troubles, dialects_for(config))
    lines = _header(dialect)
    for name, (variable, value) in zip(SETTINGS, config.to_env().items(), strict=True):
        lines += ["", _comment(name), f"{variable}={SYNTAXES[dialect].quote(value)}"]
    return "\n".join(lines) + "\n"


def dialects_for(config: CompileConfig) -> tuple[Dialect, ...]:
    """Return the dialects that can hold a configuration; bash can hold every one."""
    return tuple(dialect for dialect in Dialect if not _troubles(config, dialect))


def read(path: str | os.PathLike[str]) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Read an env file, ours in any dialect or one that a person wrote.

    Returns:
        Every variable in the file, also those of other programs, and warnings about it.

    Raises:
        ConfigError: Lines are not assignments or values are not allowed; all are named.
        UserError: There is no such file, it is too large, or it is not text.
    """
    text = files.read_text(path, LARGEST)
    try:
        return parse(text)
    except ConfigError as error:
        raise ConfigError(error.findings, heading=f"{os.fspath(path)} cannot be used.") from None


def parse(text: str) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Read the text of an env file; see `read`.

    Without a header that names a dialect, python-dotenv's rules hold, interpolation aside.

    Raises:
        ConfigError: Lines are not assignments or values are not allowed; all are named.
    """
    dialect = _dialect_of(text)
    lines = tuple(SYNTAXES[dialect or Dialect.DOTENV].lines(text))
    errors = [error for line in lines for error in _errors(line)]
    if errors:
        raise ConfigError(tuple(errors))
    warnings = [*_repeated(lines), *_misspelt(lines)]
    if dialect is None:
        warnings += [*_literal(lines), *_spaced(lines)]
    elif dialect is Dialect.PORTABLE:
        warnings += _not_portable_any_more(lines)
    return {line.name: line.value for line in lines}, _first_few(warnings)


def _first_few(warnings: list[Finding]) -> tuple[Finding, ...]:
    """Return as many warnings as a person reads, and the number of the others."""
    more = len(warnings) - MOST_NAMED
    if more <= 0:
        return tuple(warnings)
    others = Finding(
        Severity.WARNING,
        "env file",
        f"There are {more:,} more warnings about the env file.",
        remedy="Check that it is the right file.",
    )
    return (*warnings[:MOST_NAMED], others)


def _troubles(config: CompileConfig, dialect: Dialect) -> dict[str, str]:
    troubles = {
        variable: SYNTAXES[dialect].trouble(value) for variable, value in config.to_env().items()
    }
    return {variable: trouble for variable, trouble in troubles.items() if trouble}


def _header(dialect: Dialect) -> list[str]:
    now = datetime.datetime.now(datetime.UTC)
    return [
        "# How Chronos-2 is run: eager or compiled, and everything that decides about it.",
        f"# Written {now:%Y-%m-%d %H:%M} UTC by chronos-panel {_version('chronos-panel')} "
        f"(torch {_version('torch')}, chronos-forecasting {_version('chronos-forecasting')}).",
        f"# Dialect: {dialect}, for {SYNTAXES[dialect].readers}.",
    ]


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _comment(name: str) -> str:
    comment = f"# {SETTINGS[name].title}"
    allowed = allowed_values(name)
    if allowed:
        comment += f": {', '.join(allowed)}"
    return comment + "; several with commas between" if is_list(name) else comment


def _dialect_of(text: str) -> Dialect | None:
    found = _DIALECT_LINE.search(text)
    if found is None:
        return None
    try:
        return Dialect(found[1])
    except ValueError:
        raise UserError(
            f"The env file states the dialect {quoted(found[1])}, which is unknown.",
            f"Use one of {', '.join(Dialect)}.",
        ) from None


def _errors(line: Line) -> Iterator[Finding]:
    where = (f"line {line.number}",)
    if not line.name:
        yield Finding(
            Severity.ERROR,
            where[0],
            f"{quoted(line.text, 60)} is not a plain assignment.",
            remedy="Write NAME=value, or start the line with # to make it a comment.",
            where=where,
        )
    elif line.name in VARIABLES and line.value:
        try:
            from_text(VARIABLES[line.name], line.value, called=line.name)
        except ConfigError as error:
            for finding in error.findings:
                yield dataclasses.replace(finding, where=where)


def _repeated(lines: tuple[Line, ...]) -> Iterator[Finding]:
    for variable in VARIABLES:
        where = tuple(f"line {line.number}" for line in lines if line.name == variable)
        if len(where) > 1:
            yield Finding(
                Severity.WARNING,
                variable,
                f"{variable} is set more than once.",
                done="The last value is used.",
                where=(*where[:_MOST_LINES], *where[-1:]) if len(where) > _MOST_LINES else where,
            )


def _misspelt(lines: tuple[Line, ...]) -> Iterator[Finding]:
    for line in lines:
        nearest = nearest_variable(line.name)
        if nearest and line.name not in VARIABLES:
            yield Finding(
                Severity.WARNING,
                line.name,
                f"{line.name} is not a variable of chronos-panel.",
                remedy=f"Did you mean {nearest}?",
                where=(f"line {line.number}",),
            )


def _spaced(lines: tuple[Line, ...]) -> Iterator[Finding]:
    for line in lines:
        blanks = rf"\s*(export\s+)?{re.escape(line.name)}(\s+=|=\s+[^\s#])"
        if line.name in VARIABLES and re.match(blanks, line.text):
            yield Finding(
                Severity.WARNING,
                line.name,
                f"{quoted(line.text.strip(), 60)} has spaces around its equals sign.",
                done="chronos-panel reads it, but bash and docker do not.",
                remedy=f"Write {line.name}={shortened(line.value)}.",
                where=(f"line {line.number}",),
            )


def _not_portable_any_more(lines: tuple[Line, ...]) -> Iterator[Finding]:
    """Find lines that a person made unportable."""
    trouble = SYNTAXES[Dialect.PORTABLE].trouble
    for line in lines:
        is_plain = line.text == f"{line.name}={line.value}" and not trouble(line.value)
        if line.name in VARIABLES and not is_plain:
            yield Finding(
                Severity.WARNING,
                line.name,
                f"{quoted(line.text.strip(), 60)} is not portable, although the file says it is: "
                "bash, docker and systemd read it differently or not at all.",
                done=f"It is read here as {quoted(line.value)}.",
                remedy="Leave quotes, blanks, comments and export out of the line, or export the "
                "configuration anew in the dialect of its reader.",
                where=(f"line {line.number}",),
            )


def _literal(lines: tuple[Line, ...]) -> Iterator[Finding]:
    for line in lines:
        if line.name in VARIABLES and re.search(r"\$\w|\$[{(]|`|^~", line.value):
            yield Finding(
                Severity.WARNING,
                line.name,
                f"{line.name} is {quoted(line.value)}, which a shell would expand.",
                done="chronos-panel uses it unchanged: env files are read, never executed.",
                remedy="Write the expanded value.",
                where=(f"line {line.number}",),
            )
