"""The provenance of a result in a line: data, settings and device, and whether it is outdated."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.values import to_text
from engine.data.series import SeriesSet, SeriesSource
from engine.results.devices import AUTO

MOST_DIFFERENCES = 3
"""Largest number of differing settings that are named; more are counted."""

NOT_NAMED = ("model", "cache_dir")
"""Settings that are named separately, or that no result depends on."""


class JobOnSeries(Protocol):
    """A job on series; the job kinds that have one agree on these names."""

    @property
    def data(self) -> SeriesSource | None:
        """Return the series, or where they are."""

    @property
    def horizon(self) -> int:
        """Return the steps to forecast."""

    @property
    def device(self) -> str:
        """Return `auto`, `cpu`, `cuda` or `cuda:N`."""

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """Return the configurations, the one in question last."""


class Provenance(QLabel):
    """Names the data, the shape and the settings of the result above it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setProperty("kind", "small")
        self._words = self._notice = ""

    def show_job(self, job: JobOnSeries, *more: str) -> None:
        """Show the provenance of a job's result.

        Args:
            job: The job.
            more: What else there is to say about its data.
        """
        device = "" if job.device == AUTO else f"on {job.device}"
        self.show_parts(*_data_words(job), *more, *settings_words(job.configs[-1]), device)

    def show_parts(self, *parts: str) -> None:
        """Show a provenance in parts; empty ones are left out."""
        self._words = "  ·  ".join(part for part in parts if part)
        self._show()

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

    def _show(self) -> None:
        self.setText(f"{self._notice}  {self._words}".strip())


def _data_words(job: JobOnSeries) -> tuple[str, ...]:
    """Return the data of a job, and how much of it the model sees."""
    if not isinstance(job.data, SeriesSet):
        return ()
    return (
        Path(job.data.source).name,
        f"horizon {job.horizon}",
    )


def settings_words(config: CompileConfig) -> tuple[str, str]:
    """Return the model, and the configuration as its nearest preset and the differences."""
    preset, different = min(
        ((name, differing(config, one)) for name, one in PRESETS.items()),
        key=lambda entry: len(entry[1]),
    )
    named = [
        f"{SETTINGS[name].title.lower()} {to_text(getattr(config, name))}"
        for name in different[:MOST_DIFFERENCES]
    ]
    if len(different) > MOST_DIFFERENCES:
        named.append(f"{len(different) - MOST_DIFFERENCES} more")
    words = preset.replace("_", " ")
    if named:
        words = f"{words}, except {', '.join(named)}"
    return Path(config.model).name, words


def differing(config: CompileConfig, preset: CompileConfig) -> list[str]:
    """Return the settings in which a configuration differs from a preset in its effect."""
    config = config.replace(small_values=config.small_value_policy)
    preset = preset.replace(small_values=preset.small_value_policy)
    return [
        name
        for name in SETTINGS
        if name not in NOT_NAMED and getattr(config, name) != getattr(preset, name)
    ]
