"""Feed hostile and broken files and settings to the program.

Run it as `python -m tests.measure.abuse`. Each file gives a result or an error with a sentence,
within ten seconds and a gigabyte of memory, and nothing in it is executed. Everything else is a
failure, and printed with its seed; `--only SEED` makes it again, and prints its traceback.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from tests.measure.abuse.cases import Case, Verdict, make_cases
from tests.measure.abuse.pool import Child, run_by_command

UNITS = {"GB": 10**9, "MB": 10**6, "kB": 10**3}


class Run:
    """Hands cases to children, and collects the verdicts."""

    def __init__(self, cases: Iterator[Case], memory: int, seconds: float) -> None:
        self._cases = cases
        self._memory, self._seconds = memory, seconds
        self._taking = threading.Lock()
        self.verdicts: list[Verdict] = []

    def work(self, folder: Path) -> None:
        """Read cases in a folder until none is left."""
        child = Child(folder / "child", self._memory, self._seconds)
        try:
            while (case := self._next()) is not None:
                if case.by_command:
                    verdict = run_by_command(case, folder / "command", self._seconds)
                else:
                    verdict = child.run(case)
                self.verdicts.append(verdict)
                if verdict.end == "failure":
                    print(f"{case.seed} ({verdict.kind}): {verdict.detail}", flush=True)
        finally:
            child.close()

    def _next(self) -> Case | None:
        with self._taking:
            return next(self._cases, None)


def report(verdicts: Sequence[Verdict], seconds: float) -> None:
    """Print the figures."""
    for subject in ("file", "settings"):
        found = [verdict for verdict in verdicts if verdict.case.subject == subject]
        if not found:
            continue
        ends = Counter(verdict.end for verdict in found)
        by_command = sum(verdict.case.by_command for verdict in found)
        print(
            f"{len(found):,} {subject.removesuffix('s')}s ({by_command} by the command): "
            f"{ends['result']:,} results, {ends['sentence']:,} sentences, "
            f"{ends['failure']:,} failures"
        )
        kinds = Counter(verdict.kind.partition(",")[0] for verdict in found)
        print("  " + ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common()))
        inside = [verdict for verdict in found if not verdict.case.by_command]
        for what, key in (("slowest", _seconds), ("largest", _peak)):
            most = max(inside, key=key, default=None)
            if most is not None:
                print(
                    f"  {what}: {most.case.seed} ({most.kind}), {most.seconds:.2f} s, "
                    f"{most.peak / 1e6:.0f} MB"
                )
    failures = [verdict for verdict in verdicts if verdict.end == "failure"]
    for detail, count in Counter(_without_text(verdict) for verdict in failures).most_common():
        seeds = [str(one.case.seed) for one in failures if _without_text(one) == detail]
        print(f"  {count:,} x {detail} (seeds {', '.join(seeds[:5])})")
    print(f"{seconds:.0f} s")


def _seconds(verdict: Verdict) -> float:
    return verdict.seconds


def _peak(verdict: Verdict) -> float:
    return verdict.peak


def _without_text(verdict: Verdict) -> str:
    """Return the kind of a failure: an error and its place, without its words."""
    return ":".join(verdict.detail.split(":")[:2])


def number_of_bytes(text: str) -> int:
    """Read a size such as 1GB."""
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    return round(float(text.removesuffix(unit)) * UNITS.get(unit, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure.abuse", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--settings", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds-a-file", type=float, default=10.0)
    parser.add_argument("--memory", type=number_of_bytes, default="1GB")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, metavar="SEED", help="run the case of one seed")
    chosen = parser.parse_args(arguments)
    cases = make_cases(chosen.seed, chosen.files, chosen.settings)
    if chosen.only is not None:
        cases = iter((Case(chosen.only),))
    run = Run(cases, chosen.memory, chosen.seconds_a_file)
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="abuse-") as name, ThreadPoolExecutor() as pool:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = name
        folders = [Path(name, f"worker-{number}") for number in range(chosen.workers)]
        for folder in folders:
            folder.mkdir()
        list(pool.map(run.work, folders))
    if chosen.only is not None:
        for verdict in run.verdicts:
            print(f"{verdict.kind}: {verdict.end}\n{verdict.trace}")
    report(run.verdicts, monotonic() - began)
    return 1 if any(verdict.end == "failure" for verdict in run.verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
