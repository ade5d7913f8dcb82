"""Say which shapes a validation tested, and which it did not."""

from collections.abc import Iterable, Sequence

from engine.base.wording import counted
from engine.results.shapes import BatchShape
from engine.validation.case import Group
from engine.validation.report import CheckResult

WORTH_NAMING = 2
"""How many times shorter the tested contexts or horizons of larger batches are to be named."""

MOST_SHAPES = 3
"""The most shapes of your data that are named; others are counted."""


def coverage(results: Sequence[CheckResult]) -> str:
    """Return which shapes were compared with eager and which were not, in sentences.

    A check that crashed or did not run compared none. The text is empty if no check compared any.
    """
    own = _shapes(one for one in results if one.group is Group.DATA)
    suite = _shapes(one for one in results if one.group is not Group.DATA)
    if not suite:
        return ""
    return " ".join(filter(None, (_tested(suite), _not_tested(suite), _of_your_data(own))))


def _shapes(results: Iterable[CheckResult]) -> list[BatchShape]:
    return [shape for result in results for shape in result.shapes]


def _tested(shapes: Sequence[BatchShape]) -> str:
    rows = sum(shape.rows for shape in shapes)
    return (
        f"Tested: {counted(len(set(shapes)), 'shape')}, {counted(rows, 'row')}; batch "
        f"{_range(shape.rows for shape in shapes)}, context "
        f"{_range(shape.context for shape in shapes)}, horizon "
        f"{_range(shape.horizon for shape in shapes)}."
    )


def _range(values: Iterable[int]) -> str:
    found = sorted(values)
    return f"{found[0]:,}" if found[0] == found[-1] else f"{found[0]:,}–{found[-1]:,}"


def _not_tested(shapes: Sequence[BatchShape]) -> str:
    """Name the contexts and horizons that only smaller batches were tested with."""
    named = _longest(shapes)
    parts = []
    for rows in sorted({shape.rows for shape in shapes})[:-1]:
        reached = _longest([shape for shape in shapes if shape.rows > rows])
        words = [
            f"a {what} over {now:,}"
            for what, before, now in zip(("context", "horizon"), named, reached, strict=True)
            if now * WORTH_NAMING <= before
        ]
        if words:
            named = reached
            parts.append(f"more than {counted(rows, 'row')} with {' or '.join(words)}")
    return f"Not tested: {'; '.join(parts)}." if parts else ""


def _longest(shapes: Sequence[BatchShape]) -> tuple[int, int]:
    """Return the longest context and the longest horizon."""
    return max(shape.context for shape in shapes), max(shape.horizon for shape in shapes)


def _of_your_data(shapes: Sequence[BatchShape]) -> str:
    if not shapes:
        return "Your own shapes were not tested. Validate with your data to test them."
    distinct = sorted(set(shapes), reverse=True)
    named = "; ".join(map(str, distinct[:MOST_SHAPES]))
    more = len(distinct) - MOST_SHAPES
    others = f"; and {counted(more, 'other shape')}" if more > 0 else ""
    return f"Tested with your data: {counted(len(shapes), 'batch', 'batches')} ({named}{others})."
