"""Where a table came from, in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

_COMPRESSED = {".gz", ".bz2", ".xz", ".zst", ".zip"}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a table is called.

    Attributes:
        source: In full, such as a file's path.
        name: In findings and errors.
        item: The name of its item where it holds a single one.
    """

    source: str
    name: str
    item: str

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """A file, whose item has its name without what says that it is a compressed CSV."""
        suffixes = path.suffixes[-2:] if path.suffix.lower() in _COMPRESSED else path.suffixes[-1:]
        item = path.name.removesuffix("".join(suffixes))
        return cls(str(path), path.name, item or path.name)
