"""A program that runs jobs in a session, as the lines on its standard input ask.

Lines: the name of a job, `cancel`, `renew` for another session, and `quit`. Run it as
`python -m tests.measure.kills.session_host OUTPUT`.
"""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from engine.base import files
from engine.benchmark.kept import keep_run
from engine.benchmark.outcome import BenchmarkOutcome
from engine.forecast.events import ForecastReady
from engine.history.store import History, history_file
from engine.runtime import events
from engine.runtime.job import Job
from engine.runtime.session import Session
from tests.measure.kills.hosted_jobs import REPLACED_AFTER, make


def say(**message: Any) -> None:
    """Write a message for the program that asks."""
    print(json.dumps(message), flush=True)


def say_ended(ending: events.Event | None, **more: Any) -> None:
    """Say how a job ended."""
    failed = ending if isinstance(ending, events.Failed) else None
    say(
        ended=type(ending).__name__,
        kind=failed.kind if failed else "",
        sentence=failed.sentence if failed else "",
        **more,
    )


class Host:
    """Runs the jobs, and writes what they give."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._session = Session()
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._cancelled = False

    def listen(self) -> None:
        """Read the lines; a cancel acts at once."""
        for line in sys.stdin:
            self._cancelled = line.strip() == "cancel"
            if self._cancelled:
                self._session.cancel()
            else:
                self._lines.put(line.strip())
        self._lines.put("quit")

    def work(self) -> None:
        """Do what the lines ask, until the last one."""
        say(ready=True)
        while (line := self._lines.get()) != "quit":
            if line == "renew":
                self._session.close()
                self._session = Session()
            else:
                say_ended(*self._run(line))
        self._session.close()

    def _run(self, name: str) -> tuple[events.Event | None]:
        if name != "replaced":
            return (self._run_job(make(name)),)
        timer = threading.Timer(REPLACED_AFTER, self._session.cancel)
        ending = self._run_job(make(name), timer.start)
        timer.cancel()
        return (self._run_job(make("forecast")) if isinstance(ending, events.Stopped) else ending,)

    def _run_job(self, job: Job, begun: Callable[[], None] = lambda: None) -> events.Event | None:
        outcome = BenchmarkOutcome()
        event: events.Event | None = None
        told = self._session.run(job)
        if self._cancelled:
            # It came when the job was asked for and had not begun.
            self._session.cancel()
        begun()  # from here on, the session heeds a cancel
        for event in told:
            outcome.handle(event)
            if isinstance(event, ForecastReady):
                text = event.forecast.to_frame().to_csv(index=False)
                files.write_text(self._output, text)
        if isinstance(event, events.Finished) and (judged := outcome.judge()):
            with History(history_file()) as history:
                say(kept=keep_run(history, judged.run, judged.verdict))
        return event


def main() -> None:
    """Run the host."""
    host = Host(Path(sys.argv[1]))
    threading.Thread(target=host.listen, daemon=True).start()
    host.work()


if __name__ == "__main__":
    main()
