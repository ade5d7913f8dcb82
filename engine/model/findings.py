"""Findings about a forecast: what the user should know beside the figures."""

import numpy as np

from engine.base.errors import UserError
from engine.base.findings import Finding, Fix, Severity
from engine.base.wording import counted, have, size
from engine.config.settings import NO_ARTIFACT
from engine.data.series import SeriesSet
from engine.results.proof import CompileProof
from engine.results.shapes import BatchShape

SHOWN_ITEMS = 5
"""Number of items that a finding names at most."""
SHOWN_WEIGHTS = 3
"""Number of weights that a finding names at most."""


def items_without_future(series: SeriesSet, horizon: int) -> list[str]:
    """Return the items whose known-future covariates lack values within the horizon."""
    return [
        item.item_id
        for item in series.series
        for future in [item.known_covariates[:, item.length : item.length + horizon]]
        if len(future) and np.isfinite(future).sum() < len(future) * horizon
    ]


def missing_future(items: list[str], horizon: int) -> Finding:
    """Report items with missing future values of covariates."""
    return Finding(
        Severity.WARNING,
        "covariates",
        f"Covariates with a known future have no values for some of the {horizon} steps to "
        f"forecast, in {counted(len(items), 'item')}.",
        done="The forecast treats these values as missing.",
        remedy="Add their future values, or choose a shorter horizon.",
        where=tuple(items[:SHOWN_ITEMS]),
    )


def long_horizon(horizon: int, limit: int) -> Finding:
    """Report a horizon longer than the model forecasts in one call."""
    return Finding(
        Severity.WARNING,
        "horizon",
        f"The horizon of {horizon} steps is longer than the {limit} steps that the model "
        "forecasts at once.",
        done="The model forecast the later steps from its own forecast of the earlier ones.",
        remedy=f"Expect later steps to be less accurate, or forecast at most {limit} steps.",
    )


def not_fused(why: str) -> Finding:
    """Report that the library's encoder runs in place of the fused one."""
    return Finding(
        Severity.WARNING,
        "CHRONOS_ENCODER",
        f"{why}.",
        done="The library's encoder is used.",
        remedy="Set CHRONOS_ENCODER to stock, or install the version of chronos-forecasting that "
        "this program was tested with.",
        fix=Fix("encoder", "stock"),
    )


def artifact_refused(error: UserError) -> Finding:
    """Report an artifact that is not used."""
    return Finding(
        Severity.WARNING,
        "CHRONOS_ARTIFACT",
        error.sentence,
        done="Eager code runs instead.",
        remedy=error.remedy,
        fix=Fix("artifact", NO_ARTIFACT),
    )


def memory_ran_out(shape: BatchShape) -> Finding:
    """Report that memory ran out for a batch."""
    return Finding(
        Severity.WARNING,
        "CHRONOS_BATCH_SIZE",
        f"Memory ran out at {shape}.",
        done="Batches are half as large from now on. Nothing that was done is lost.",
        remedy=f"Set CHRONOS_BATCH_SIZE to {max(1, shape.rows // 2)} or less, or close other "
        "programs.",
    )


def memory_too_small(rows: int, need: int, free: int) -> Finding:
    """Report that a batch would not fit in memory."""
    return Finding(
        Severity.WARNING,
        "CHRONOS_BATCH_SIZE",
        f"A batch of {counted(rows, 'row')} needs about {size(need)} of memory, where {size(free)} "
        "are free.",
        done="Batches are half as large from now on.",
        remedy=f"Set CHRONOS_BATCH_SIZE to {max(1, rows // 2)} or less, or close other programs.",
    )


def uncompiled_calls(uncompiled: int, calls: int) -> Finding:
    """Report calls that ran eager code although compilation is on."""
    return Finding(
        Severity.WARNING,
        "TORCH_COMPILED",
        f"{uncompiled} of {counted(calls, 'call')} ran eager code although compilation is on.",
        remedy="Set CHRONOS_INDUCTOR_DEBUG=1 and run again. The log then shows the cause.",
    )


def new_shapes(eager: int, calls: int) -> Finding:
    """Report calls that ran in eager because their shapes need other code."""
    return Finding(
        Severity.ADVICE,
        "CHRONOS_NEW_SHAPES",
        f"{eager} of {counted(calls, 'call')} had a new shape and ran eager code.",
        remedy="Set CHRONOS_NEW_SHAPES to compile to compile such shapes too.",
        fix=Fix("new_shapes", "compile"),
    )


def cuda_graphs_skipped(proof: CompileProof) -> Finding:
    """Report that torch skipped the configured CUDA graphs."""
    return Finding(
        Severity.WARNING,
        "CHRONOS_COMPILE_MODE",
        f"The settings use CUDA graphs, but they were {proof.skipped_cuda_graphs}.",
        done="Compiled code ran without them.",
        remedy="Choose the mode default, or remove the cause that torch gives.",
    )


def unobserved_items(items: list[str]) -> Finding:
    """Report items without an observed value in the context."""
    return Finding(
        Severity.WARNING,
        "series",
        f"{counted(len(items), 'item')} {have(len(items))} no observed value in the context that "
        "the model reads.",
        done="The forecast of such an item is meaningless.",
        remedy="Remove the item, or choose a longer context.",
        where=tuple(items[:SHOWN_ITEMS]),
    )


def broken_weights(weights: tuple[str, ...], dtype: str) -> Finding:
    """Report weights of a model that hold NaN or infinity."""
    remedy = "Download the model again, or train it again."
    if dtype == "float16":
        remedy = (
            f"Use the dtype float32, which holds larger numbers. If that does not help: {remedy}"
        )
    return Finding(
        Severity.WARNING,
        "model",
        f"The model holds NaN or infinity in {counted(len(weights), 'weight tensor')}.",
        why="Forecasts can then be NaN or wrong.",
        remedy=remedy,
        where=weights[:SHOWN_WEIGHTS],
    )


def non_finite_forecasts(items: list[str]) -> Finding:
    """Report items whose forecast holds NaN or infinity."""
    return Finding(
        Severity.WARNING,
        "forecast",
        f"Forecasts of {counted(len(items), 'item')} hold NaN or infinity.",
        remedy="Use the dtype float32. If you already do, check the weights of the model.",
        where=tuple(items[:SHOWN_ITEMS]),
    )
