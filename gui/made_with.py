"""What a result was made with, in a line, and whether that is still what is chosen."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from engine.benchmark.samples import Run
from engine.config import PRESETS, SETTINGS, CompileConfig, to_text
from engine.data.series import SeriesSet
from engine.jobs import Benchmark, Validate

MOST_DIFFERENCES = 3
"""Settings that are named where a configuration is no preset; more are counted."""

NO_PRESETS = ("model", "cache_dir")
"""Settings of which a preset says nothing."""


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
        self.job: Validate | Benchmark | None = None
        self._before: tuple[Validate | Benchmark | None, str] = None, ""

    def show_job(self, job: Validate | Benchmark) -> None:
        """Names what a job was asked to do."""
        self._before = self.job, self.text()
        self.job = job
        config = job.b if isinstance(job, Benchmark) else job.config
        self._say(*self._data_words(job), *self._settings_words(config))

    def show_run(self, run: Run) -> None:
        """Names what a run from the history was made with."""
        self.job = None
        began = datetime.fromisoformat(run.setup.began).astimezone()
        self._say(
            self.tr("From the history, {}").format(f"{began:%Y-%m-%d %H:%M}"),
            Path(run.setup.data).name,
            str(run.setup.shape),
            *self._settings_words(run.setup.configs[1]),
        )

    def take_back(self) -> None:
        """Names again what was named before the last job, of which nothing came."""
        self.job, text = self._before
        self.setText(text)

    def _say(self, *parts: str) -> None:
        self.setText("  ·  ".join(part for part in parts if part))

    def _data_words(self, job: Validate | Benchmark) -> tuple[str, ...]:
        """The data of a job, and how much of it is looked at."""
        if not isinstance(job.data, SeriesSet):
            return ()
        longest = self.tr("longest context")
        return (
            Path(job.data.source).name,
            self.tr("horizon {}").format(job.horizon),
            self.tr("context {}").format(job.context_length) if job.context_length else longest,
            self.tr("held out") if isinstance(job, Validate) and job.holdout else "",
        )

    def _settings_words(self, config: CompileConfig) -> tuple[str, str]:
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
            named.append(self.tr("{} more").format(len(differing) - MOST_DIFFERENCES))
        words = preset.replace("_", " ")
        if named:
            words = self.tr("{} but for {}").format(words, ", ".join(named))
        return Path(config.model).name, words


def _differing(config: CompileConfig, preset: CompileConfig) -> list[str]:
    """The settings in which a configuration differs from a preset in its effect."""
    config = config.replace(small_values=config.small_value_policy)
    preset = preset.replace(small_values=preset.small_value_policy)
    return [
        name
        for name in SETTINGS
        if name not in NO_PRESETS and getattr(config, name) != getattr(preset, name)
    ]
