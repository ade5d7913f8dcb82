"""Counts of compiled graphs and their runs: the proof that compiled code ran."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch._dynamo import lookup_backend
from torch._dynamo.utils import counters, get_compilation_metrics
from torch._inductor import list_mode_options

from engine.base.wording import counted as in_words
from engine.config.settings import CompileConfig
from engine.results.proof import SKIPPED

BREAK = "graph_break"
INDUCTOR = "inductor"
DYNAMIC = {"auto": None, "true": True, "false": False}

Graph = Callable[..., Sequence[Any]]


class GraphBackend(Protocol):
    """What torch.compile hands a captured graph to."""

    def __call__(self, graph: torch.fx.GraphModule, inputs: list[torch.Tensor], /) -> Graph:
        """Compiles the graph."""


@dataclass(slots=True)
class GraphCounts:
    """What passed through the backend.

    Attributes:
        compiled: Graphs compiled.
        runs: Times that a compiled graph ran.
    """

    compiled: int = 0
    runs: int = 0


def counting_backend(
    config: CompileConfig, counts: GraphCounts, instead: GraphBackend | None = None
) -> GraphBackend:
    """The configured backend, or another, counting the graphs that it compiles and their runs."""
    compile_graph = instead or lookup_backend(config.backend)
    options: dict[str, Any] = {}
    if config.backend == "inductor" and instead is None:
        dynamic = DYNAMIC[config.dynamic]
        options["config_patches"] = list_mode_options(config.mode, dynamic)

    def backend(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> Graph:
        compiled: Graph = compile_graph(graph, inputs, **options)
        counts.compiled += 1

        def run(*arguments: Any) -> Sequence[Any]:
            counts.runs += 1
            result: Sequence[Any] = compiled(*arguments)
            return result

        return run

    return backend


def read_counters() -> Counter[tuple[str, str]]:
    """Torch's own counters of graph breaks and of the code generator, (kind, name) -> count."""
    return Counter(
        {
            (kind, name): count
            for kind in (BREAK, INDUCTOR)
            for name, count in counters[kind].items()
        }
    )


def newest_metric() -> Any:
    """Torch's record of its latest compilation; None if there was none."""
    metrics = get_compilation_metrics()
    return metrics[-1] if metrics else None


def metrics_after(last: Any) -> list[Any]:
    """Torch's records of the compilations after the one given, oldest first."""
    newer = []
    for metric in reversed(get_compilation_metrics()):
        if metric is last:
            break
        newer.append(metric)
    return newer[::-1]


def cuda_graph_state(counted: Counter[tuple[str, str]], reasons: Sequence[str]) -> str:
    """What became of CUDA graphs on a GPU, in words.

    Args:
        counted: What `read_counters` gave, for the calls so far.
        reasons: Why torch skipped them, in its words.
    """
    if skips := counted[INDUCTOR, "cudagraph_skips"]:
        why = "; ".join(dict.fromkeys(reasons)) or "reason not given by torch"
        return f"{SKIPPED} {in_words(skips, 'time')}: {why}"
    # A graph without partitions is dropped without a count: only a recording proves anything.
    recorded = counted[INDUCTOR, "cudagraph_recorded_non_static_inputs"]
    return "used" if recorded else "none recorded yet (torch records the second call of a shape)"
