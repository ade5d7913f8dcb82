"""The programs whose jobs are killed: a session, the command line, and the window."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Protocol

import psutil

from engine.terminal.exit_codes import INTERRUPTED
from tests.measure.kills.playground import Playground
from tests.support.cli_runner import COMMAND

WARM_UP = 60.0
"""Seconds that a program gets to start."""

UNEXPECTED = ("Traceback", "Unexpected error")


class Program(Protocol):
    """A program that runs jobs, one at a time.

    Attributes:
        pid: Its process id.
    """

    pid: int

    @property
    def alive(self) -> bool:
        """Say whether the process runs."""

    def start(self, job: str) -> None:
        """Start a job; return at once."""

    def cancel(self) -> None:
        """Ask for the job to stop; return at once."""

    def wait(self, timeout: float, *, undisturbed: bool = False) -> str | None:
        """Return what is wrong with the end of the job, perhaps nothing; None after the timeout.

        Args:
            timeout: Seconds to wait at most.
            undisturbed: Whether nothing was done to the job, which should therefore succeed.
        """

    def renew(self) -> None:
        """Have the next job start a new worker."""

    def close(self) -> bool:
        """End the program as its user does; return whether it ended in time."""


def children(program: Program) -> list[psutil.Process]:
    """Return the living processes that a program has started, directly or not."""
    with suppress(psutil.Error):
        found = psutil.Process(program.pid).children(recursive=True)
        return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
    return []


class HostProgram:
    """A program that obeys lines and answers in lines."""

    def __init__(self, playground: Playground, host: str) -> None:
        self._playground = playground
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.measure.kills.{host}", str(playground.output)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=playground.root,
            env=playground.environment,
        )
        self.pid = self._process.pid
        self._renews = host == "session_host"
        self._answers: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._errors: list[str] = []
        for read in (self._read_answers, self._read_errors):
            threading.Thread(target=read, daemon=True).start()
        if self._next(WARM_UP) is None:
            raise RuntimeError(f"The {host} does not start:\n{''.join(self._errors)}")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def start(self, job: str) -> None:
        self._say(job)

    def cancel(self) -> None:
        self._say("cancel")

    def wait(self, timeout: float, *, undisturbed: bool = False) -> str | None:
        answer = self._next(timeout)
        if answer is None:
            return None
        failed = "gone" in answer or answer["kind"] in {"unexpected", "input", "model"}
        if failed or (undisturbed and answer["ended"] != "Finished"):
            return f"{answer} {''.join(self._errors)[-2000:]}"
        return _trouble(self._errors)

    def renew(self) -> None:
        if self._renews:
            self._say("renew")

    def close(self) -> bool:
        self._say("quit")
        in_time = _ended(self._process)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                assert stream is not None
                stream.close()
        return in_time

    def _say(self, line: str) -> None:
        stdin = self._process.stdin
        with suppress(OSError, ValueError):
            assert stdin is not None
            stdin.write(f"{line}\n")
            stdin.flush()

    def _next(self, timeout: float) -> dict[str, Any] | None:
        """Return the next answer that ends something; count the runs that were kept before it."""
        deadline = monotonic() + timeout
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, deadline - monotonic()))
            except Empty:
                return None
            if "kept" not in answer:
                return answer
            self._playground.kept += 1

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self._answers.put(json.loads(line))
        self._answers.put({"gone": True})

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)


class CommandProgram:
    """The installed command: a process for each job."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._process: subprocess.Popen[str] | None = None
        self._messages = playground.root / "messages.txt"
        self.pid = 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, job: str) -> None:
        with self._messages.open("w") as messages:
            self._process = subprocess.Popen(
                [COMMAND, *self._arguments(job)],
                stdout=subprocess.DEVNULL,
                stderr=messages,
                text=True,
                cwd=self._playground.root,
                env=self._playground.environment,
            )
        self.pid = self._process.pid

    def _arguments(self, job: str) -> tuple[str, ...]:
        output = str(self._playground.output)
        return {
            "check": ("check", "--preset", "fast-testing"),
            "forecast": ("forecast", "--demo", "--output", output),
            "compare": (
                "forecast",
                "--demo",
                "--preset",
                "fast-testing",
                "--compare",
                "-o",
                output,
            ),
            "benchmark": (
                *("benchmark", "--demo", "--b", "safest", "--no-starts", "--time-budget", "1"),
                *("--horizon", "8", "--context-length", "64"),
            ),
        }[job]

    def cancel(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def wait(self, timeout: float, *, undisturbed: bool = False) -> str | None:
        assert self._process is not None
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        messages = self._messages.read_text(errors="replace")
        self._playground.kept += "Kept as run" in messages
        failed = code not in {0, 1, INTERRUPTED}
        if failed or (undisturbed and "worker process" in messages):
            return f"exit code {code}: {messages[-2000:]}"
        return _trouble([messages])

    def renew(self) -> None:
        """Do nothing: every job has a process of its own."""

    def close(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            return True
        self.cancel()
        return _ended(self._process)


PROGRAMS: dict[str, Callable[[Playground], Program]] = {
    "session": lambda playground: HostProgram(playground, "session_host"),
    "command": CommandProgram,
    "window": lambda playground: HostProgram(playground, "window_host"),
}


def _trouble(messages: list[str]) -> str:
    """Return messages that nobody should see; empty if there are none."""
    text = "".join(messages)
    return text[-2000:] if any(word in text for word in UNEXPECTED) else ""


def _ended(process: "subprocess.Popen[str]") -> bool:
    """Say whether a process ends in time; end it if it does not."""
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True
