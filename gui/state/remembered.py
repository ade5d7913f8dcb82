"""What the window remembers from one start to the next: its own small, validated file."""

import dataclasses
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from platformdirs import user_state_path

from engine.base import files
from engine.base.errors import UserError
from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.config.variables import read_values
from engine.data.options import ReadOptions, check_options
from engine.results.devices import AUTO, is_device
from gui.runs.run_options import RunOptions
from gui.widgets.theme import Choice

MOST_RECENT = 8
"""Files in the list of recent ones."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered.

    Attributes:
        config: The configuration that is being edited.
        preset: The preset that it started from.
        data: The open file; None if none is.
        reading: What was said about how to read it.
        series: The chosen item; empty if none is.
        options: The options of a run.
        theme: The theme.
        recent: Files opened lately, the newest first.
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
        """The same with a file at the head of the recent ones."""
        others = tuple(other for other in self.recent if other != path)
        return dataclasses.replace(self, recent=(path, *others)[:MOST_RECENT])


def state_folder() -> Path:
    """Where the window keeps its files."""
    return user_state_path("chronos-panel", appauthor=False)


def state_file() -> Path:
    """Where the state is."""
    return state_folder() / "window.json"


def layout_file() -> Path:
    """Where Qt's own description of the window's layout is."""
    return state_folder() / "layout.ini"


def forget() -> None:
    """Removes everything that is remembered; the history of runs stays."""
    for path in (state_file(), layout_file()):
        path.unlink(missing_ok=True)


def save(state: State) -> None:
    """Writes the state, whole or not at all.

    Raises:
        UserError: It could not be written.
    """
    state_folder().mkdir(parents=True, exist_ok=True)
    document = {
        "settings": state.config.to_env(),
        "preset": state.preset,
        "data": None if state.data is None else str(state.data),
        "reading": dataclasses.asdict(state.reading),
        "series": state.series,
        "options": dataclasses.asdict(state.options),
        "theme": str(state.theme),
        "recent": [str(path) for path in state.recent],
        "guide": state.guide,
    }
    files.write_text(state_file(), json.dumps(document, indent=2) + "\n")


def load() -> State:
    """Reads the state; whatever cannot be used is left out.

    A file that is no JSON is kept beside its place with the ending `.broken`.
    """
    path = state_file()
    if not path.exists():
        return State()
    try:
        document = json.loads(files.read_text(path))
    except (ValueError, UserError) as error:
        logger.warning("The remembered state cannot be read, and is put aside: %s", error)
        with suppress(OSError):
            path.replace(path.with_suffix(".broken"))
        return State()
    return _from_document(document) if isinstance(document, dict) else State()


def _from_document(document: Mapping[str, Any]) -> State:
    values, _wrong = read_values(_texts(document.get("settings")))
    preset = document.get("preset")
    data = document.get("data")
    theme, series = document.get("theme"), document.get("series")
    recent = document.get("recent")
    return State(
        config=CompileConfig(**values),
        preset=preset if isinstance(preset, str) and preset in PRESETS else "production_eager",
        data=Path(data) if isinstance(data, str) and data else None,
        reading=_reading(document.get("reading")),
        series=series if isinstance(series, str) else "",
        options=_options(document.get("options")),
        theme=Choice(theme) if theme in list(Choice) else Choice.SYSTEM,
        recent=tuple(Path(one) for one in recent if isinstance(one, str))[:MOST_RECENT]
        if isinstance(recent, list)
        else (),
        guide=document.get("guide") is not False,
    )


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}


def _reading(value: object) -> ReadOptions:
    if not isinstance(value, dict):
        return ReadOptions()
    known = {entry.name for entry in dataclasses.fields(ReadOptions)}
    entries: dict[str, Any] = {
        name: tuple(entry) if isinstance(entry, list) else entry
        for name, entry in value.items()
        if name in known and isinstance(entry, str | list | bool)
    }
    options = ReadOptions(**entries)
    try:
        check_options(options)
    except (UserError, TypeError):
        return ReadOptions()
    return options


def _options(value: object) -> RunOptions:
    if not isinstance(value, dict):
        return RunOptions()
    hints = get_type_hints(RunOptions)
    entries = {
        name: entry
        for name, entry in value.items()
        if name in hints and isinstance(entry, hints[name]) and _is_counted_well(entry)
    }
    options = RunOptions(**entries)
    return options if is_device(options.device) else dataclasses.replace(options, device=AUTO)


def _is_counted_well(entry: object) -> bool:
    return isinstance(entry, bool) or not isinstance(entry, int) or 0 < entry <= 100_000
