"""The terminal: sentences and progress on standard error, results on standard output."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.text import Text

from engine.base.errors import UserError
from engine.base.escaping import printable, printable_lines
from engine.base.findings import Finding, Severity
from engine.runtime.events import Progress as ProgressEvent


class Terminal(Console):
    """A console that shows control characters of names as escapes, and obeys none of them."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of what is printed; those of rich itself keep their controls."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable_lines(segment.text), segment.style)


class Results(Terminal):
    """Standard output whose closed pipe `output` handles; rich would exit with status 1."""

    def on_broken_pipe(self) -> None:
        """Raise the error that rich handles."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


# Names in your files may look like markup.
results = Results(soft_wrap=True, markup=False, highlight=False)
messages = Terminal(stderr=True, soft_wrap=True, markup=False, highlight=False)

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def complain(sentence: str, remedy: str = "") -> None:
    """Print an error."""
    tell(Severity.ERROR, f"{sentence} {remedy}".rstrip())


def notice(finding: Finding) -> None:
    """Print a finding."""
    tell(finding.severity, printable(str(finding)))


def tell(severity: Severity, text: str) -> None:
    """Print a sentence after its severity."""
    # Indented, because a name may hold a line end and words that look like another message.
    indented = text.replace("\n", "\n  ")
    messages.print(Text.assemble((f"{severity}: ", COLOURS[severity]), indented))


@contextmanager
def output() -> Iterator[None]:
    """Write results while the reader of the pipe wants them.

    A closed pipe changes neither the rest of the command nor its exit code.

    Raises:
        UserError: The disk is full.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        is_full = error.errno == errno.ENOSPC
        if not is_full and not isinstance(error, BrokenPipeError):
            raise
        # Else Python complains again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if is_full:
            raise UserError(
                "The results were not written, because the disk is full.",
                "Free some space, or choose another disk.",
            ) from error


class ProgressLine:
    """One line of progress; silent if standard error is no terminal."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._stage = "Starting"
        self._task = bar.add_task(self._stage, total=None)

    def show(self, event: ProgressEvent) -> None:
        """Show an event."""
        if event.stage != self._stage:
            # A bar cannot forget its total.
            self._stage = event.stage
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(event.stage, total=event.total)
        description = f"{event.stage}: {event.unit}" if event.unit else event.stage
        self._bar.update(
            self._task, description=description, completed=event.done, total=event.total
        )


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """Show a progress line, and remove it afterwards."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    with bar:
        yield ProgressLine(bar)
