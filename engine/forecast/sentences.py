"""A forecast in sentences, for the command line and the window alike."""

from engine.base.findings import Severity
from engine.base.wording import counted
from engine.forecast.events import ForecastReady
from engine.results.comparison import Comparison
from engine.results.proof import CompileProof
from engine.runtime.events import SmallValuesChanged


def small_values(event: SmallValuesChanged) -> tuple[Severity, str]:
    """Say what the small-value policy changed, and how much that matters."""
    values = f"{counted(event.values, 'value')} in {event.items:,} series"
    verb = "was" if event.values == 1 else "were"
    if event.policy == "rescale":
        return Severity.ADVICE, (
            f"{values} {verb} rescaled because they are small. Forecasts stay in the units of "
            "your data."
        )
    return Severity.WARNING, (
        f"{values} {verb} set to 0 because they are smaller than 0.001. To keep them, use "
        "--set small_values=rescale."
    )


def times(run: ForecastReady) -> str:
    """Say how long a first forecast took, and how much of that compiling took."""
    seconds = run.split.total
    if not run.proof or not run.proof.compilations:
        return f"{'Compiled' if run.compiled else 'Eager'}: {seconds:.2f} s."
    compiling = min(run.proof.seconds, seconds)
    return (
        f"Compiled: {seconds - compiling:.2f} s. Compiling took {compiling:.1f} s (once): "
        f"{graphs(run.proof)}."
    )


def graphs(proof: CompileProof) -> str:
    """Say what torch compiled: "1 graph, no graph breaks, 1 cache hit"."""
    return ", ".join(
        (
            counted(proof.graphs, "graph"),
            counted(proof.breaks, "graph break") if proof.breaks else "no graph breaks",
            counted(proof.cache_hits, "cache hit"),
        )
    )


def difference(comparison: Comparison) -> str:
    """Say how far eager and compiled forecasts are apart, in the units of the data."""
    if not comparison.compared:
        return "Difference: unknown, because no value is finite in both forecasts."
    sentence = (
        f"Largest difference: {comparison.max_absolute:.3g} in the units of the data "
        f"({comparison.worst_item}, {comparison.worst_target}). Mean difference: "
        f"{comparison.mean_absolute:.3g}."
    )
    if not comparison.missing_agree:
        sentence += " One forecast has NaN or infinity where the other has a number."
    return sentence
