"""Keep benchmarks in the history, and read those that this or an older version kept."""

from collections.abc import Mapping

from engine.base.codec import convert, pack, unpack
from engine.base.errors import UserError
from engine.base.migrations import (
    Migration,
    NewerVersionError,
    Plain,
    migrated,
    newest,
    with_fields_renamed,
    with_values_replaced,
)
from engine.benchmark.judging.verdict import Verdict
from engine.benchmark.measurements import Run
from engine.history.store import History, StoredRun

KIND = "benchmark"

RENAMED_SINCE_1: Mapping[str, str] = {
    "samples": "calls",
    "samples.block": "round",
    "samples.call": "number",
    "samples.place": "input",
    "samples.split.preparing": "preprocessing",
    "samples.split.framing": "postprocessing",
}
"""Path of a field in a document of version 1 -> the field's name today."""

REPLACED_SINCE_1: Mapping[str, Mapping[str, str]] = {"side": {"half": "bfloat16"}}
"""Name of a field today -> its value in a document of version 1 -> that value today."""


def _from_1(document: Plain) -> Plain:
    renamed: Plain = with_fields_renamed(document, RENAMED_SINCE_1)
    replaced: Plain = with_values_replaced(renamed, REPLACED_SINCE_1)
    return replaced


MIGRATIONS: tuple[Migration, ...] = (_from_1,)
"""From version 1, which chronos-panel 0.1 wrote, to today's."""


def keep_run(history: History, run: Run, verdict: Verdict) -> int:
    """Add a benchmark to the history, and return its number.

    Raises:
        UserError: It cannot be written.
    """
    return history.add(
        StoredRun(
            kind=KIND,
            version=newest(MIGRATIONS),
            began=run.setup.began,
            answer=verdict.answer,
            sentence=verdict.sentence,
            data=run.setup.data,
            document=pack(run),
        )
    )


def kept_run(history: History, number: int) -> Run:
    """Return a benchmark of the history.

    Raises:
        UserError: There is no such run, it is not a benchmark, or it cannot be read.
    """
    stored = history.run(number)
    if stored.kind != KIND:
        raise UserError(
            f"Run {number} of the history is a {stored.kind}, not a benchmark.",
            "Choose a benchmark.",
        )
    try:
        document = unpack(Plain, stored.document)
        return convert(Run, migrated(document, stored.version, MIGRATIONS))
    except NewerVersionError as error:
        raise UserError(
            f"A newer version of this program kept run {number} of the history.",
            "Update chronos-panel.",
        ) from error
    except ValueError as error:
        raise UserError(
            f"Run {number} of the history is damaged: {error}.",
            "Benchmark again, and compare with the new run.",
        ) from error
