"""The series of a job: read from their file in the worker, with progress and findings."""

from engine.data import load
from engine.data.series import SeriesSet, SeriesSource
from engine.runtime.context import JobContext
from engine.runtime.events import DataLoaded, FindingReported, Progress
from engine.runtime.job import CsvSource


def read_series(data: SeriesSource, context: JobContext) -> SeriesSet:
    """Return the series of a job; read them if the job names a file.

    Raises:
        UserError: The file cannot be read.
        Cancelled: The job was asked to stop.
    """
    if isinstance(data, SeriesSet):
        return data
    if not isinstance(data, CsvSource):
        raise TypeError(f"{type(data).__name__} is no source of series")
    name = data.path.name

    def report(done: int, total: int) -> None:
        context.emit(Progress(f"Reading {name}", done, total))

    series = load(data.path, data.options, progress=report, cancelled=context.is_cancelled)
    context.emit(DataLoaded(series))
    for finding in series.findings:
        context.emit(FindingReported(finding))
    return series
