"""The options about reading a file, for every command that reads data."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from engine.data import ReadOptions

HEADING = "Reading the file"
RECEIVER = "columns"


def _option(kind: Any, name: str, text: str) -> Any:
    return Annotated[kind, typer.Option(name, help=text, rich_help_panel=HEADING)]


OPTIONS: dict[str, Any] = {
    "layout": _option(str | None, "--layout", "long, wide, single or rows; inferred if left out."),
    "id_column": _option(str | None, "--id-column", "Column that names the item of each row."),
    "timestamp_column": _option(str | None, "--timestamp-column", "Column of the timestamps."),
    "target_columns": _option(list[str] | None, "--target", "Column to forecast; may be repeated."),
    "past_covariate_columns": _option(
        list[str] | None, "--past-covariate", "Covariate known up to now; may be repeated."
    ),
    "known_covariate_columns": _option(
        list[str] | None, "--known-covariate", "Covariate known into the future; may be repeated."
    ),
    "left_out_columns": _option(
        list[str] | None, "--leave-out", "Column to leave out; may be repeated."
    ),
    "frequency": _option(str | None, "--frequency", "Spacing, such as h, D, B, W-SUN or MS."),
    "delimiter": _option(str | None, "--delimiter", "Character between the fields."),
    "decimal": _option(str | None, "--decimal", "Decimal mark, . or ,"),
    "encoding": _option(str | None, "--encoding", "Text encoding."),
    "timestamp_format": _option(str | None, "--timestamp-format", "Such as %d/%m/%Y %H:%M."),
    "day_first": _option(
        bool | None, "--day-first/--month-first", "Whether 01/02/2020 is in February."
    ),
}
"""Fields of `ReadOptions`, and the options that set them."""


def takes_column_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it receives them as one `ReadOptions`, called `columns`."""
    signature = inspect.signature(command)
    kept = [one for one in signature.parameters.values() if one.name != RECEIVER]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in OPTIONS.items()
    ]

    @functools.wraps(command)
    def with_columns(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in OPTIONS}
        options: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in chosen.items()
            if value != []
        }
        command(**given, columns=ReadOptions(**options))

    # typer reads a command's options from these.
    with_columns.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    with_columns.__annotations__ = {one.name: one.annotation for one in (*kept, *added)}
    return with_columns
