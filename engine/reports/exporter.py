"""Write results to files: one exporter a format, chosen by the suffix of the file's name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from engine.base import files
from engine.base.errors import UserError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Exporter(Generic[Result]):
    """A format that results of one type can be written in.

    Attributes:
        title: Name of the format in file dialogs, such as "HTML page".
        suffixes: Suffixes of its files, in lower case; file dialogs offer the first.
        render: Makes the content of a file.
    """

    title: str
    suffixes: tuple[str, ...]
    render: Callable[[Result], str | bytes]


def exporter_for(exporters: Sequence[Exporter[Result]], path: Path) -> Exporter[Result]:
    """Return the exporter that the suffix of a file's name asks for.

    Raises:
        UserError: No exporter has this suffix.
    """
    suffix = path.suffix.lower()
    found = next((one for one in exporters if suffix in one.suffixes), None)
    if found is not None:
        return found
    *others, last = (one.suffixes[0] for one in exporters)
    known = f"{', '.join(others)} or {last}" if others else last
    raise UserError(
        f"The name {path.name} does not say which format to write.",
        f"Choose a name that ends with {known}.",
    )


def write(exporter: Exporter[Result], result: Result, path: Path) -> None:
    """Write a result, whole or not at all.

    Raises:
        UserError: The result has nothing to write, or the file cannot be written.
    """
    content = exporter.render(result)
    if isinstance(content, str):
        files.write_text(path, content)
    else:
        files.write_bytes(path, content)


def name_filters(exporters: Sequence[Exporter[Result]]) -> str:
    """Return the formats for a file dialog, such as "HTML page (*.html);;Markdown (*.md)"."""
    return ";;".join(f"{one.title} (*{one.suffixes[0]})" for one in exporters)
