"""What a result was made with, in a line, and whether that is still what is chosen."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from engine.benchmark.job import Benchmark
from engine.benchmark.measurements import Run
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, to_text
from engine.data.series import SeriesSet
from engine.results.devices import AUTO
from engine.validation.job import Validate

MOST_DIFFERENCES = 3
"""Settings that are named where a configuration is no preset; more are counted."""

NOT_NAMED = ("model", "cache_dir")
"""Settings that are named by themselves, or that no result depends on."""


Made = Validate | Benchmark
"""A job whose result says what it was made with."""


class MadeWith(QLabel):
    """Names data, shape and settings of the result above it.

    Attributes:
        job: What was asked for; None where the result is from the history, or there is none.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setProperty("kind", "small")
        self.job: Made | None = None
        self._words = self._stale = ""

    def show_job(self, job: Made) -> None:
        """Names what a job was asked to do."""
        self.job = job
        config = job.b if isinstance(job, Benchmark) else job.config
        device = "" if job.device == AUTO else f"on {job.device}"
        self._say(*self._data_words(job), *self._settings_words(config), device)

    def show_run(self, run: Run) -> None:
        """Names what a run from the history was made with."""
        self.job = None
        began = datetime.fromisoformat(run.setup.began).astimezone()
        (a, b), names = run.setup.configs, run.setup.names
        words = self._settings_words(b)
        counterpart = b.replace(enabled=False, small_values=b.small_value_policy)
        if a.model != b.model or _differing(a, counterpart):
            pairs = zip(names, (a, b), strict=True)
            words = tuple(f"{name}: {', '.join(self._settings_words(one))}" for name, one in pairs)
        devices = dict.fromkeys(one.model.device for one in run.facts)
        self._say(
            "From the history, {}".format(f"{began:%Y-%m-%d %H:%M}"),
            Path(run.setup.data).name,
            str(run.setup.shape),
            *words,
            "on {}".format(", ".join(devices)) if devices else "",
        )

    def show_outdated(self, why: str, button: str) -> None:
        """Says that something else is chosen now.

        Args:
            why: "other data" or "other settings"; empty where all is as it was.
            button: What makes a new result.
        """
        stale = f"Made with {why}; press {button} to renew." if why else ""
        if stale != self._stale:
            self._stale = stale
            self._show()

    def _say(self, *parts: str) -> None:
        self._words = "  ·  ".join(part for part in parts if part)
        self._show()

    def _show(self) -> None:
        self.setText(f"{self._stale}  {self._words}".strip())

    def _data_words(self, job: Made) -> tuple[str, ...]:
        """The data of a job, and how much of it is looked at."""
        if not isinstance(job.data, SeriesSet):
            return ()
        longest = "longest context"
        return (
            Path(job.data.source).name,
            f"horizon {job.horizon}",
            f"context {job.context_length}" if job.context_length else longest,
            "held out" if isinstance(job, Validate) and job.holdout else "",
        )

    def _settings_words(self, config: CompileConfig) -> tuple[str, ...]:
        """The model, and the rest of a configuration as the nearest preset and what differs."""
        preset, differing = min(
            ((name, _differing(config, one)) for name, one in PRESETS.items()),
            key=lambda entry: len(entry[1]),
        )
        named = [
            f"{SETTINGS[name].title.lower()} {to_text(getattr(config, name))}"
            for name in differing[:MOST_DIFFERENCES]
        ]
        if len(differing) > MOST_DIFFERENCES:
            named.append(f"{len(differing) - MOST_DIFFERENCES} more")
        words = preset.replace("_", " ")
        if named:
            words = "{} but for {}".format(words, ", ".join(named))
        return Path(config.model).name, words


def _differing(config: CompileConfig, preset: CompileConfig) -> list[str]:
    """The settings in which a configuration differs from a preset in its effect."""
    config = config.replace(small_values=config.small_value_policy)
    preset = preset.replace(small_values=preset.small_value_policy)
    return [
        name
        for name in SETTINGS
        if name not in NOT_NAMED and getattr(config, name) != getattr(preset, name)
    ]
