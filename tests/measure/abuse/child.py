"""A process that reads one hostile file after the other, with limited memory.

Run by `tests.measure.abuse.pool` as `python -m tests.measure.abuse.child FOLDER MEMORY SECONDS`.
A line with a seed comes in; a line when the subject is made, and one with the verdict go out.
"""

import faulthandler
import json
import os
import resource
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from engine.data import load
from engine.data.samples import samples
from tests.measure.abuse import subjects
from tests.measure.abuse.cases import Case
from tests.measure.abuse.files import make_file
from tests.measure.abuse.settings import make_settings

ROOT = str(Path(__file__).parents[3])


def limit_memory(extra: int) -> None:
    """Let this process take so many bytes more than it has now."""
    for path in samples():
        load(path)  # what is imported or started once is there from now on
    limit = _status("VmSize") + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _status(name: str) -> int:
    """Return a figure of this process in bytes."""
    with Path("/proc/self/status").open() as file:
        line = next(line for line in file if line.startswith(f"{name}:"))
    return 1024 * int(line.split()[1])


def run(case: Case, folder: Path, seconds: float) -> dict[str, Any]:
    """Make the subject of a case, read it, and return the verdict."""
    made: Any
    read: Callable[[Any, int], str]
    if case.subject == "file":
        made, read = make_file(case.seed, folder), subjects.read_file
    else:
        made, read = make_settings(case.seed, folder), subjects.read_settings
    say({"begun": made.kind})
    expected = {path.name for path in folder.iterdir()}
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now on
    before, started = _status("VmRSS"), perf_counter()
    verdict = {"end": "failure", "detail": "", "trace": ""}
    faulthandler.dump_traceback_later(seconds, file=sys.stderr)
    try:
        verdict["end"] = read(made, case.seed)
        subjects.check_folder(folder, expected)
    except BaseException as error:
        verdict = {
            "end": "failure",
            "detail": describe(error),
            "trace": "".join(traceback.format_exception(error))[-20_000:],
        }
    faulthandler.cancel_dump_traceback_later()
    took = {"seconds": perf_counter() - started, "peak": _status("VmHWM") - before}
    return verdict | took


def describe(error: BaseException) -> str:
    """Return an error and the innermost place of the program that it passed, in a line."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame for frame in frames if frame.filename.startswith((f"{ROOT}/engine", f"{ROOT}/tests"))
    ]
    place = ours[-1] if ours else frames[-1]
    name = place.filename.removeprefix(f"{ROOT}/")
    text = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__} at {name}:{place.lineno}: {text}"


def say(message: dict[str, Any]) -> None:
    """Write a message."""
    print(json.dumps(message), flush=True)


def main() -> None:
    """Read cases until the parent closes the pipe."""
    root, memory, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    subjects.no_warnings()
    limit_memory(memory)
    say({"ready": True})
    for line in sys.stdin:
        folder = root / "case"
        folder.mkdir()
        os.chdir(folder)
        say(run(Case(int(line)), folder, seconds))
        os.chdir(root)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
