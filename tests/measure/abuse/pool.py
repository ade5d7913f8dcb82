"""Children that read hostile files, each with a watchdog; and the installed command."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any

from engine.data import ReadOptions
from tests.measure.abuse.cases import Case, Verdict
from tests.measure.abuse.files import make_file
from tests.measure.abuse.settings import make_settings
from tests.measure.abuse.subjects import RESULT, SENTENCE
from tests.support.cli_runner import COMMAND

TO_START = 60.0
"""Seconds that a child or a command may take beside its case: imports on a busy machine."""

TO_MAKE = 60.0
"""Seconds that the making of a case may take."""

LIMITED = 'ulimit -v 8000000; exec "$0" "$@"'
"""Limits the memory of a command, in kB: torch alone reserves some gigabytes."""

CASES_OF_A_CHILD = 3_000

FLAGS = {
    "delimiter": "--delimiter",
    "decimal": "--decimal",
    "encoding": "--encoding",
    "layout": "--layout",
    "id_column": "--id-column",
    "timestamp_column": "--timestamp-column",
    "target_columns": "--target",
    "past_covariate_columns": "--past-covariate",
    "known_covariate_columns": "--known-covariate",
    "left_out_columns": "--leave-out",
    "frequency": "--frequency",
    "timestamp_format": "--timestamp-format",
}


class Child:
    """A process that reads cases, replaced when it dies, hangs or has run out of memory."""

    def __init__(self, folder: Path, memory: int, seconds: float) -> None:
        """Start nothing before the first case.

        Args:
            folder: A folder for the child alone.
            memory: Bytes that a case may take.
            seconds: Seconds that a case may take.
        """
        self._folder = folder
        self._arguments = (str(folder), str(memory), str(seconds))
        self._seconds = seconds
        self._errors = folder.with_suffix(".stderr")
        self._process: subprocess.Popen[str] | None = None
        self._answers: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._cases = 0

    def run(self, case: Case) -> Verdict:
        """Have a case read."""
        if self._process is None or self._cases >= CASES_OF_A_CHILD:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._cases += 1
        self._process.stdin.write(f"{case.seed}\n")
        self._process.stdin.flush()
        begun = self._next(TO_MAKE)
        if "begun" not in begun:
            return self._failed(case, "unknown", "could not be made")
        kind = begun["begun"]
        end = self._next(self._seconds + 2)
        if "end" not in end:
            died = end.get("gone", False)
            return self._failed(case, kind, "the process died" if died else "hangs")
        if "MemoryError" in end["trace"]:
            self.close()
        verdict = Verdict(case, kind, **end)
        if verdict.end != "failure" and verdict.seconds > self._seconds:
            return Verdict(case, kind, "failure", "too slow", "", verdict.seconds, verdict.peak)
        return verdict

    def close(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        self._reader.join()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()
        shutil.rmtree(self._folder)

    def _failed(self, case: Case, kind: str, what: str) -> Verdict:
        self.close()
        trace = self._errors.read_text(errors="replace")[-20_000:]
        frames = [line.strip() for line in trace.splitlines() if "/engine/" in line]
        place = f": {frames[0].partition('/engine/')[2]}" if frames else ""
        return Verdict(case, kind, "failure", f"{what}{place}", trace, self._seconds)

    def _start(self) -> None:
        self.close()
        self._folder.mkdir()
        self._cases = 0
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.measure.abuse.child", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                # Arenas of memory that threads reserve would count.
                env={**os.environ, "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"},
            )
        self._answers = SimpleQueue()
        self._reader = threading.Thread(
            target=_read, args=(self._process, self._answers), daemon=True
        )
        self._reader.start()
        if "ready" not in self._next(TO_START):
            raise RuntimeError(f"A child does not start:\n{self._errors.read_text()}")

    def _next(self, timeout: float) -> dict[str, Any]:
        try:
            return self._answers.get(timeout=timeout)
        except Empty:
            return {}


def _read(process: "subprocess.Popen[str]", answers: "SimpleQueue[dict[str, Any]]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(json.loads(line))
    answers.put({"gone": True})


def run_by_command(case: Case, folder: Path, seconds: float) -> Verdict:
    """Have the installed command read a case."""
    folder.mkdir()
    made: Any
    if case.subject == "file":
        made = make_file(case.seed, folder)
        arguments = ["forecast", str(made.path), "--horizon", "4", *_flags(made.options)]
    else:
        made = make_settings(case.seed, folder)
        arguments = ["export", "--env-file", str(made.path)]
    kind = f"{made.kind}, by command"
    expected = {path.name for path in folder.iterdir()}
    started = perf_counter()
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", LIMITED, COMMAND, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            cwd=folder,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=TO_START + seconds,
        )
    except subprocess.TimeoutExpired:
        return Verdict(case, kind, "failure", "hangs", " ".join(arguments), TO_START + seconds)
    finally:
        appeared = {path.name for path in folder.iterdir()} - expected
        shutil.rmtree(folder)
    took = perf_counter() - started
    ends = {0: RESULT, 2: SENTENCE}
    if appeared:
        return Verdict(case, kind, "failure", f"appeared: {appeared}", done.stderr, took)
    if done.returncode not in ends or "Traceback" in done.stderr:
        what = f"exit code {done.returncode}: {done.stderr.strip()[-200:]}"
        return Verdict(case, kind, "failure", what, done.stderr[-20_000:], took)
    return Verdict(case, kind, ends[done.returncode], "", "", took)


def _flags(options: ReadOptions) -> Iterator[str]:
    """Return the options of the command that say the same, as far as an argument can hold them."""
    for field in fields(options):
        value = getattr(options, field.name)
        if field.name == "day_first":
            if value is not None:
                yield "--day-first" if value else "--month-first"
            continue
        for text in value if isinstance(value, tuple) else () if value is None else (value,):
            if "\0" not in text and len(text) < 10_000:
                yield f"{FLAGS[field.name]}={text}"
