"""Files to read, and options to read them with, each drawn by a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from engine.data import ReadOptions
from tests.measure.abuse.archives import PACKERS, bomb, odd_archive
from tests.measure.abuse.cells import HEADERS, NAMES
from tests.measure.abuse.damage import damaged, damaged_original, noise, originals
from tests.measure.abuse.oversized import oversized
from tests.measure.abuse.special_files import NAMES as FILE_NAMES
from tests.measure.abuse.special_files import make_special
from tests.measure.abuse.tables import table


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file to read.

    Attributes:
        kind: What it is, for people.
        path: Where it is.
        options: How to read it.
    """

    kind: str
    path: Path
    options: ReadOptions


def _damaged_table(chance: Random) -> bytes:
    return damaged(table(chance), originals(), chance)


def _archive(chance: Random) -> bytes:
    packed = chance.choice(list(PACKERS.values()))(_plain(chance))
    return damaged(packed, originals(), chance) if chance.random() < 0.5 else packed


def _odd_archive(chance: Random) -> bytes:
    return odd_archive(_plain(chance), chance)


def _plain(chance: Random) -> bytes:
    return chance.choice((table, table, damaged_original, noise))(chance)


KINDS: dict[str, tuple[float, Callable[[Random], bytes]]] = {
    "table": (40, table),
    "damaged table": (15, _damaged_table),
    "damaged sample": (25, damaged_original),
    "noise": (5, noise),
    "archive": (8, _archive),
    "odd archive": (3, _odd_archive),
    "oversized": (1.5, oversized),
    "bomb": (0.3, bomb),
}
"""Kind of file -> how often it is drawn, and what makes it."""

SPECIAL_SHARE = 0.01

OPTIONS: dict[str, tuple[Any, ...]] = {
    "delimiter": (",", ";", "\t", "|", " ", "", ",,", "a", '"', "\n", "\0", "\\", "ü", "1"),
    "decimal": (".", ",", "", "x", ".,"),
    "encoding": (
        *("utf-8", "latin-1", "utf-16", "cp1252", "ascii", "utf-7", "cp037", "utf-8-sig", "idna"),
        *("rot13", "hex", "base64", "zip", "punycode", "unicode_escape", "raw_unicode_escape"),
        *("undefined", "mbcs", "", " ", "x" * 1000, "utf-8\0", "../utf-8", "uu", "quopri"),
    ),
    "layout": ("long", "wide", "single", "rows", "LONG", "", "tall"),
    "id_column": (*HEADERS, "value 0", *NAMES[:20]),
    "timestamp_column": (*HEADERS, "value 0", *NAMES[:20]),
    "target_columns": ((), ("value 0",), ("value",), ("value", "value"), ("", "y"), HEADERS),
    "past_covariate_columns": ((), ("value 1",), ("price",), ("value 0", "value 1")),
    "known_covariate_columns": ((), ("value 2",), ("price",), ("value 0",)),
    "left_out_columns": ((), ("value 0",), ("date",), ("item_id", "timestamp")),
    "frequency": (
        *("h", "D", "B", "W-SUN", "MS", "ME", "QS", "YS", "15min", "s", "ms", "us", "ns", "2D"),
        *("0D", "-1D", "1e9D", "1.5D", "99999999999999999999h", "W-FOO", "QS-XYZ", "C", "", " "),
        *("D D", "nan", "15T", "H", "10000000000D", "1000000000000us", "B5", "x" * 1000, "\u0661D"),
    ),
    "timestamp_format": (
        *("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y%m%d", "%s", "%", "%%", "%Q"),
        *("%Y%Y", "%U", "%c", "%x", "%Z", "%z", "%f", "%j", "%Y-%m-%d" * 50, "", "date", "%d%d%d"),
        *("%G-W%V", "%A", "%p", "%Y-%m-%d %", "\0", "[%Y]", "(%d", "%-d", "%+", "%E"),
    ),
    "day_first": (True, False),
}
"""Fields of `ReadOptions`, and values for them, good and bad."""


def make_file(seed: int, folder: Path) -> HostileFile:
    """Write a file into a folder.

    Args:
        seed: Decides about everything.
        folder: An empty folder.
    """
    chance = Random(seed)
    path = folder / (chance.choice(FILE_NAMES) if chance.random() < 0.2 else "table.csv")
    options = random_options(chance)
    if chance.random() < SPECIAL_SHARE:
        make_special(path, chance)
        return HostileFile("special file", path, options)
    kind = chance.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
    path.write_bytes(KINDS[kind][1](chance))
    return HostileFile(kind, path, options)


def random_options(chance: Random) -> ReadOptions:
    """Return options; most files are read without any."""
    if chance.random() < 0.6:
        return ReadOptions()
    names = chance.sample(list(OPTIONS), chance.choice((1, 1, 2, 4)))
    return ReadOptions(**{name: chance.choice(OPTIONS[name]) for name in names})
