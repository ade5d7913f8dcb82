"""Remember the state of the window from one start to the next, in a small JSON file."""

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from platformdirs import user_state_path

from engine.base import files
from engine.base.codec import DecodeError, convert, from_json, to_indented_json
from engine.base.errors import UserError
from engine.base.migrations import Migration, Plain, migrated, newest
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.variables import read_values
from engine.data.options import ReadOptions, check_options
from engine.results.devices import AUTO, is_device
from gui.runs.run_options import LONGEST_HORIZON, RunOptions
from gui.widgets.theme import Choice

MOST_RECENT = 8
"""Files in the list of recent ones."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """The state of the window.

    Attributes:
        config: The settings in the form.
        preset: The preset that they started from.
        data: The open file; None if no file is open.
        reading: The options to read it with.
        series: The chosen item; empty if none is chosen.
        options: The options of a run.
        theme: The theme.
        recent: Files that were opened, the latest first.
        guide: Whether the getting-started page is shown.
    """

    config: CompileConfig = field(default_factory=CompileConfig)
    preset: str = "production_eager"
    data: Path | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    series: str = ""
    options: RunOptions = field(default_factory=RunOptions)
    theme: Choice = Choice.SYSTEM
    recent: tuple[Path, ...] = ()
    guide: bool = True

    def with_recent(self, path: Path) -> "State":
        """Return the state with a file at the head of the recent ones."""
        others = tuple(other for other in self.recent if other != path)
        return dataclasses.replace(self, recent=(path, *others)[:MOST_RECENT])


def state_folder() -> Path:
    """Return where the window keeps its files."""
    return user_state_path("chronos-panel", appauthor=False)


def state_file() -> Path:
    """Return where the state is."""
    return state_folder() / "window.json"


def layout_file() -> Path:
    """Return where Qt keeps the layout of the window."""
    return state_folder() / "layout.ini"


def forget() -> None:
    """Delete the remembered state and layout; keep the history of runs."""
    for path in (state_file(), layout_file()):
        path.unlink(missing_ok=True)


def save(state: State) -> None:
    """Write the state, whole or not at all.

    Raises:
        UserError: It cannot be written.
    """
    state_folder().mkdir(parents=True, exist_ok=True)
    kept = {one.name: getattr(state, one.name) for one in dataclasses.fields(state)}
    settings = kept.pop("config").to_env()
    document = {"version": newest(MIGRATIONS), "settings": settings, **kept}
    files.write_text(state_file(), to_indented_json(document))


def load() -> State:
    """Read the state, and leave out what cannot be used.

    A file that is not JSON is renamed to end with `.broken`.
    """
    path = state_file()
    if not path.exists():
        return State()
    try:
        document = from_json(Plain, files.read_text(path))
    except (DecodeError, UserError) as error:
        logger.warning("The remembered state cannot be read, and is put aside: %s", error)
        with suppress(OSError):
            path.replace(path.with_suffix(".broken"))
        return State()
    return _state(_up_to_date(document))


def _up_to_date(document: Plain) -> Plain:
    try:
        # Version 0.1 of this program wrote no version.
        return migrated(document, convert(int, document.get("version", 1)), MIGRATIONS)
    except ValueError as error:
        logger.warning("The remembered state is of another version: %s", error)
        return document


def _state(document: Plain) -> State:
    settings, _wrong = read_values(_texts(document.get("settings")))
    state = State(**_usable_fields(State, document))
    return dataclasses.replace(
        state,
        config=CompileConfig(**settings),
        preset=state.preset if state.preset in PRESETS else State().preset,
        data=state.data if document.get("data") else None,
        reading=_checked_reading(document.get("reading")),
        options=_checked_options(document.get("options")),
        recent=tuple(_paths(document.get("recent")))[:MOST_RECENT],
    )


def _usable_fields(kind: type, plain: object) -> dict[str, Any]:
    """Return the fields of a dataclass that can be decoded."""
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    if isinstance(plain, dict):
        for name in hints.keys() & plain.keys():
            with suppress(DecodeError):
                found[name] = convert(hints[name], plain[name])
    return found


def _texts(plain: object) -> dict[str, str]:
    """Return the entries of a dictionary that are texts."""
    entries = plain.items() if isinstance(plain, dict) else ()
    return {name: value for name, value in entries if isinstance(value, str)}


def _paths(plain: object) -> Iterator[Path]:
    """Yield the entries of a list that are paths."""
    for value in plain if isinstance(plain, list) else ():
        with suppress(DecodeError):
            yield convert(Path, value)


def _checked_reading(plain: object) -> ReadOptions:
    options = ReadOptions(**_usable_fields(ReadOptions, plain))
    try:
        check_options(options)
    except (UserError, TypeError):
        return ReadOptions()
    return options


def _checked_options(plain: object) -> RunOptions:
    found = _usable_fields(RunOptions, plain)
    options = RunOptions(**{name: value for name, value in found.items() if _is_usable(value)})
    return options if is_device(options.device) else dataclasses.replace(options, device=AUTO)


def _is_usable(value: object) -> bool:
    """Say whether a number of steps is one that the window can show."""
    return isinstance(value, bool) or not isinstance(value, int) or 0 < value <= LONGEST_HORIZON


def _context_as_setting(document: Plain) -> Plain:
    """Move the context length of a run, which version 1 knew, to the settings."""
    options = dict(document.get("options") or {})
    context = options.pop("context_length", None)
    settings = dict(document.get("settings") or {})
    if context is not None:
        settings[SETTINGS["context_length"].variable] = str(context)
    return {**document, "options": options, "settings": settings}


MIGRATIONS: tuple[Migration, ...] = (_context_as_setting,)
"""From the documents of version 1, which chronos-panel 0.1 wrote, to today's."""
