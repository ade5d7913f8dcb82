"""Name tables in findings and errors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

_COMPRESSED = {".gz", ".bz2", ".xz", ".zst", ".zip"}


@dataclass(frozen=True, slots=True)
class Origin:
    """The names of a table, for people.

    Attributes:
        source: Full name, such as the path of a file.
        name: Short name, used in findings and errors.
        item: Name of the item of a table that has only one.
    """

    source: str
    name: str
    item: str

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Name a file, and its item by the file name without a suffix such as ".csv.gz"."""
        suffixes = path.suffixes[-2:] if path.suffix.lower() in _COMPRESSED else path.suffixes[-1:]
        item = path.name.removesuffix("".join(suffixes))
        return cls(str(path), path.name, item or path.name)
