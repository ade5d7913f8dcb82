"""Say in sentences which batches a forecast will run, and what they cost."""

from engine.base.wording import counted
from engine.results.shape_plan import ShapePlan

MOST_SHAPES = 5
"""The most shapes that are named; others are counted."""

WORTH_NAMING = 0.005
"""The least share of padding that is named."""

RECOMPILE_LIMIT = 8
"""Compilations of one function after which torch runs eager code."""


def plan_sentences(plan: ShapePlan) -> list[str]:
    """Return the plan, a line each."""
    batches = counted(plan.batches, "batch", "batches")
    found = [f"Your series make {batches} of {counted(len(plan.shapes), 'shape')}:"]
    found += [
        f"  {counted(one.batches, 'batch', 'batches')} of {one.shape}: about "
        f"{one.memory / 1e6:,.0f} MB of memory each"
        for one in plan.shapes[:MOST_SHAPES]
    ]
    if len(plan.shapes) > MOST_SHAPES:
        found.append(f"  and {counted(len(plan.shapes) - MOST_SHAPES, 'other shape')}")
    if plan.padding >= WORTH_NAMING:
        found.append(f"{plan.padding:.0%} of what the model computes for them is padding.")
    if plan.compilations:
        found.append(_compiling(plan))
    return found


def _compiling(plan: ShapePlan) -> str:
    times = counted(plan.compilations, "time")
    if plan.compilations == 1:
        return "torch compiles once for them, in the first call."
    if plan.compilations > RECOMPILE_LIMIT:
        return (
            f"torch would compile {times} for them, and gives up after {RECOMPILE_LIMIT}. Set "
            "CHRONOS_COMPILE_DYNAMIC to true."
        )
    return (
        f"torch compiles {times} for them, for tens of seconds each. With one shape for all "
        f"batches, it would compile once and compute {plan.one_shape:.0%} more."
    )
