"""Env files and settings, good, hostile and broken, each drawn by a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from engine.config.env_file import Dialect, dialects_for, render
from engine.config.settings import (
    SETTINGS,
    VARIABLES,
    CompileConfig,
    allowed_values,
    is_count,
    is_list,
)
from engine.config.values import LARGEST_COUNT
from tests.measure.abuse.cells import COMMANDS, NAMES
from tests.measure.abuse.damage import SPLINTERS, damaged, noise
from tests.measure.abuse.special_files import make_special

VALUES = (
    *("1", "0", "true", "yes", "", " ", "float32", "fp23", "default", "math,flash", ",", "math,,"),
    *("'", '"', "''", "'a", '"a', "\\", "a\\", "$HOME", "${HOME}", "${HOME:-", "$(", "`", "~", "#"),
    *(
        " # comment",
        "a#b",
        "a b",
        "a=b",
        "=",
        ";",
        "&",
        "!!",
        "%h",
        "*",
        "a\tb",
        "\x00",
        "\x1b[31m",
    ),
    *("\x1b[31m", "\ufeff", "\ufffe", "\ud800", "\u2028", "\x85", "demo", "/", "../..", "a/b"),
    *COMMANDS,
)
UNKNOWN = (
    *("CHRONOS_COMPIL_MODE", "TORCH_COMPILE", "torch_compiled", "PATH", "LD_PRELOAD", "1A", "A-B"),
    *("", " ", "A B", "Ä", "export", "$(touch canary)", "HF_TOKEN", "PYTHONSTARTUP", "A\x00"),
)
STARTS = ("", "", "", "export ", "export\t", " ", "set ", "\ufeff", "# ", "; ", "declare -x ")
EQUALS = ("=", "=", "=", " = ", " =", "= ", ":", "", "==", "+=")
WRAPPERS = ("{0}", "{0}", "'{0}'", '"{0}"', "'{0}", '{0}"', "$'{0}'", "{0}\\", "{0} # why")
DIALECT_LINES = (*(f"# Dialect: {dialect}\n" for dialect in Dialect), "# Dialect: fish\n", "", "")
LONG = ("a", "'", '"', "\\", "$", "`", " ", "#", "=", "\n", "A=1\n", "A='", "${", '"\\', "CHRONOS_")


@dataclass(frozen=True, slots=True)
class HostileSettings:
    """Settings to read.

    Attributes:
        kind: What they are, for people.
        path: An env file.
        variables: Environment variables.
        values: Fields of `CompileConfig`, and values of any type.
    """

    kind: str
    path: Path
    variables: dict[str, str]
    values: dict[str, Any]


def sound_config(chance: Random) -> CompileConfig:
    """Return a valid configuration; its texts may be anything that is valid."""

    def value(name: str) -> Any:
        if is_count(name):
            return chance.choice((None, 1, 64, LARGEST_COUNT))
        allowed = allowed_values(name)
        if allowed is None:
            parts = chance.choices([*VALUES, "a/b", "x"], k=chance.choice((1, 1, 3)))
            text = "".join(parts).translate(dict.fromkeys(map(ord, "\0\r\n\ud800")))
            return text if text.strip() else "demo"
        return (
            chance.sample(allowed, chance.randint(1, 2))
            if is_list(name)
            else chance.choice(allowed)
        )

    return CompileConfig(**{name: value(name) for name in SETTINGS})


def rendered(chance: Random) -> bytes:
    """Return an env file that the program wrote."""
    config = sound_config(chance)
    return render(config, chance.choice(dialects_for(config))).encode()


def damaged_rendered(chance: Random) -> bytes:
    """Return an env file that the program wrote and something damaged."""
    return damaged(rendered(chance), (rendered(chance), *SPLINTERS), chance)


def lines(chance: Random) -> bytes:
    """Return lines as a person may write them, some of them wrong."""

    def line() -> str:
        name = chance.choice([*VARIABLES, *VARIABLES, *UNKNOWN])
        value = chance.choice(WRAPPERS).format(chance.choice([*VALUES, *NAMES]))
        return f"{chance.choice(STARTS)}{name}{chance.choice(EQUALS)}{value}"

    text = "".join(f"{line()}{chance.choice(_ENDS)}" for _ in range(chance.randint(0, 12)))
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return (chance.choice(DIALECT_LINES) + text).encode(encoding, errors="replace")


_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "", "\n\n", "\\\n", "\x0b", "\x0c")


def long_text(chance: Random) -> bytes:
    """Return a file with something very long in it."""
    stuff = chance.choice(LONG)
    long = stuff * (chance.choice((5_000, 50_000, 240_000, 2_000_000)) // len(stuff))
    place = chance.choice(
        ("{0}", "CHRONOS_MODEL={0}", "CHRONOS_MODEL='{0}'", "{0}=1", "A={0}\n" * 3)
    )
    return (chance.choice(DIALECT_LINES) + place.replace("{0}", long)).encode()


def many_lines(chance: Random) -> bytes:
    """Return a file of very many lines."""
    line = chance.choice(("V{0}=1", "CHRONOS_MODE_{0}=x", "TORCH_COMPILED={0}", "{0}", "A='{0}"))
    count = chance.choice((1_000, 20_000))
    text = "\n".join(line.replace("{0}", str(number)) for number in range(count))
    return (chance.choice(DIALECT_LINES) + text).encode()


KINDS: dict[str, tuple[float, Callable[[Random], bytes]]] = {
    "rendered": (25, rendered),
    "damaged": (35, damaged_rendered),
    "lines": (30, lines),
    "noise": (8, noise),
    "long text": (1, long_text),
    "many lines": (0.5, many_lines),
}
"""Kind of env file -> how often it is drawn, and what makes it."""

SPECIAL_SHARE = 0.01

OBJECTS: tuple[Any, ...] = (
    *(
        None,
        True,
        2,
        -1,
        1.5,
        float("nan"),
        [],
        {},
        set(),
        (),
        b"x",
        object(),
        ["math", 1],
        Path("x"),
    ),
    *VALUES,
)
"""Values of every type, for settings."""


def make_settings(seed: int, folder: Path) -> HostileSettings:
    """Write an env file into a folder, and draw variables and values.

    Args:
        seed: Decides about everything.
        folder: An empty folder.
    """
    chance = Random(seed)
    path = folder / "chronos.env"
    if chance.random() < SPECIAL_SHARE:
        kind = "special file"
        make_special(path, chance)
    else:
        kind = chance.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
        path.write_bytes(KINDS[kind][1](chance))
    names = [*VARIABLES, *UNKNOWN]
    variables = {chance.choice(names): chance.choice(VALUES) for _ in range(chance.randint(0, 5))}
    values = {
        chance.choice(list(SETTINGS)): chance.choice(OBJECTS) for _ in range(chance.randint(0, 3))
    }
    return HostileSettings(kind, path, variables, values)
