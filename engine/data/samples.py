"""The sample data that ships with the program."""

from importlib import resources
from pathlib import Path

FIRST = "hourly"
"""What a demonstration begins with."""


def samples() -> tuple[Path, ...]:
    """The sample files, the first one first."""
    folder = Path(str(resources.files("resources") / "samples"))
    files = sorted(folder.glob("*.csv"))
    return tuple(sorted(files, key=lambda path: path.stem != FIRST))


def sample() -> Path:
    """The file to begin with."""
    return samples()[0]
