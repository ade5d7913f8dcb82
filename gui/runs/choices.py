"""What the user has chosen: settings, data and the options of a run."""

from dataclasses import dataclass

from engine.base.errors import UserError
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from gui.runs.run_options import RunOptions


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that a job is made of.

    Attributes:
        config: The configuration that is being edited.
        series: The series of the open file; None while no file is open.
        options: The options of a run.
    """

    config: CompileConfig
    series: SeriesSet | None
    options: RunOptions

    def open_series(self) -> SeriesSet:
        """Return the series of the open file.

        Raises:
            UserError: No file is open.
        """
        if self.series is None:
            raise UserError("There are no series to forecast.", "Open a CSV file first.")
        return self.series
