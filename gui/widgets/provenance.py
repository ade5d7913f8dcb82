"""The provenance of a result in a line: data, settings and device, and whether it is outdated."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from engine.benchmark.job import Benchmark
from engine.benchmark.measurements import Run
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.values import to_text
from engine.data.series import SeriesSet
from engine.results.devices import AUTO
from engine.validation.job import Validate

MOST_DIFFERENCES = 3
"""Largest number of differing settings that are named; more are counted."""

NOT_NAMED = ("model", "cache_dir")
"""Settings that are named separately, or that no result depends on."""

JobWithProvenance = Validate | Benchmark


class Provenance(QLabel):
    """Names the data, the shape and the settings of the result above it.

    Attributes:
        job: The job that made the result; None if the result is from the history or not there.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setProperty("kind", "small")
        self.job: JobWithProvenance | None = None
        self._words = self._notice = ""

    def show_job(self, job: JobWithProvenance) -> None:
        """Show the provenance of a job's result."""
        self.job = job
        device = "" if job.device == AUTO else f"on {job.device}"
        self._show_parts(*self._data_words(job), *self._settings_words(job.configs[-1]), device)

    def show_run(self, run: Run) -> None:
        """Show the provenance of a run from the history."""
        self.job = None
        began = datetime.fromisoformat(run.setup.began).astimezone()
        (a, b), names = run.setup.configs, run.setup.names
        words = self._settings_words(b)
        counterpart = b.replace(enabled=False, small_values=b.small_value_policy)
        if a.model != b.model or _differing(a, counterpart):
            pairs = zip(names, (a, b), strict=True)
            words = tuple(f"{name}: {', '.join(self._settings_words(one))}" for name, one in pairs)
        devices = dict.fromkeys(one.model.device for one in run.facts)
        self._show_parts(
            f"From the history, {began:%Y-%m-%d %H:%M}",
            Path(run.setup.data).name,
            str(run.setup.shape),
            *words,
            f"on {', '.join(devices)}" if devices else "",
        )

    def show_outdated(self, why: str, button: str) -> None:
        """Say that the result is outdated.

        Args:
            why: "other data" or "other settings"; empty if the result is up to date.
            button: The button that makes a new result.
        """
        what = why.removeprefix("other ")
        notice = f"Outdated: {what} changed. Press {button} to update." if why else ""
        if notice != self._notice:
            self._notice = notice
            self._show()

    def _show_parts(self, *parts: str) -> None:
        self._words = "  ·  ".join(part for part in parts if part)
        self._show()

    def _show(self) -> None:
        self.setText(f"{self._notice}  {self._words}".strip())

    def _data_words(self, job: JobWithProvenance) -> tuple[str, ...]:
        """Return the data of a job, and how much of it the model sees."""
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
        """Return the model, and the configuration as its nearest preset and the differences."""
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
            words = f"{words}, except {', '.join(named)}"
        return Path(config.model).name, words


def _differing(config: CompileConfig, preset: CompileConfig) -> list[str]:
    """Return the settings in which a configuration differs from a preset in its effect."""
    config = config.replace(small_values=config.small_value_policy)
    preset = preset.replace(small_values=preset.small_value_policy)
    return [
        name
        for name in SETTINGS
        if name not in NOT_NAMED and getattr(config, name) != getattr(preset, name)
    ]
