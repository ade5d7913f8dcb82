"""What people see: sentences and progress on standard error, results on standard output."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from engine.events import Progress as ProgressEvent
from engine.findings import Finding, Severity

results = Console(soft_wrap=True)
messages = Console(stderr=True, soft_wrap=True)

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def complain(sentence: str, remedy: str = "") -> None:
    """Tells an error."""
    tell(Severity.ERROR, f"{sentence} {remedy}".rstrip())


def notice(finding: Finding) -> None:
    """Tells a finding."""
    tell(finding.severity, str(finding))


def tell(severity: Severity, text: str) -> None:
    """Writes a sentence with its severity before it."""
    messages.print(Text.assemble((f"{severity}: ", COLOURS[severity]), text))


class ProgressLine:
    """One line that shows how far a job is; silent where standard error is no terminal."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Starting", total=None)

    def show(self, event: ProgressEvent) -> None:
        """Brings the line up to date."""
        self._bar.update(
            self._task, description=event.stage, completed=event.done, total=event.total
        )


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """A scope with a progress line, which is gone afterwards."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    with bar:
        yield ProgressLine(bar)
