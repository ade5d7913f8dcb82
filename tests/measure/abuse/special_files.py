"""Paths that are no ordinary file."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nothing(path: Path) -> None:
    path.symlink_to("/dev/null")


def _process_memory(path: Path) -> None:
    path.symlink_to("/proc/self/mem")


def _missing(path: Path) -> None:
    pass


SPECIAL: tuple[Callable[[Path], None], ...] = (
    _fifo,
    _folder,
    _loop,
    _dangling,
    _endless,
    _nothing,
    _process_memory,
    _missing,
)


def make_special(path: Path, chance: Random) -> None:
    """Make a path something else than an ordinary file."""
    chance.choice(SPECIAL)(path)


NAMES = (
    *("table.csv", "table.csv", "table.csv", "table.txt", "table", "table.csv.gz", "table.zip"),
    *(
        ".csv",
        "..csv",
        "-x.csv",
        "$(touch canary).csv",
        "a b.csv",
        "line\nbreak.csv",
        "\x1b[31m.csv",
    ),
    *("漢字.csv", "x" * 251 + ".csv", "[red].csv", "%s.csv", "table.CSV", "a;b.csv", "'.csv"),
)
"""Names of files."""
