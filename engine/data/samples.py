"""Find the sample files that ship with the program."""

from importlib import resources
from pathlib import Path

DEFAULT = "hourly"
"""Name of the default sample file."""


def samples() -> tuple[Path, ...]:
    """Return the sample files, the default one first."""
    folder = Path(str(resources.files("resources") / "samples"))
    files = sorted(folder.glob("*.csv"))
    return tuple(sorted(files, key=lambda path: path.stem != DEFAULT))


def sample() -> Path:
    """Return the default sample file."""
    return samples()[0]
