"""The series of a job, wherever they come from. Free of torch."""

from engine.data import load
from engine.data.series import SeriesSet
from engine.runtime.context import JobContext
from engine.runtime.events import DataLoaded, Noticed, Progress
from engine.runtime.job import CsvSource


def read_series(data: SeriesSet | CsvSource, context: JobContext) -> SeriesSet:
    """The series of a job, read from their file if they are not there yet."""
    if isinstance(data, SeriesSet):
        return data
    name = data.path.name

    def tell(done: int, total: int) -> None:
        context.emit(Progress(f"Reading {name}", done, total))

    series = load(data.path, data.options, progress=tell, cancelled=context.is_cancelled)
    context.emit(DataLoaded(series))
    for finding in series.findings:
        context.emit(Noticed(finding))
    return series
