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
    """Backend of torch.compile: compiles a captured graph."""

    def __call__(self, graph: torch.fx.GraphModule, inputs: list[torch.Tensor], /) -> Graph:
        """Compile the graph."""


@dataclass(slots=True)
class GraphCounts:
    """Counts of graphs that passed through the backend.

    Attributes:
        compiled: Graphs compiled.
        runs: Number of runs of compiled graphs.
    """

    compiled: int = 0
    runs: int = 0


def counting_backend(
    config: CompileConfig, counts: GraphCounts, instead: GraphBackend | None = None
) -> GraphBackend:
    """Return a backend that counts the graphs that it compiles, and their runs."""
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
    """Return torch's counters of graph breaks and code generation, (kind, name) -> count."""
    return Counter(
        {
            (kind, name): count
            for kind in (BREAK, INDUCTOR)
            for name, count in counters[kind].items()
        }
    )


def newest_metric() -> Any:
    """Return torch's record of its latest compilation; None if it has none."""
    metrics = get_compilation_metrics()
    return metrics[-1] if metrics else None


def metrics_after(last: Any) -> list[Any]:
    """Return torch's records of the compilations after `last`, oldest first."""
    newer = []
    for metric in reversed(get_compilation_metrics()):
        if metric is last:
            break
        newer.append(metric)
    return newer[::-1]


def cuda_graph_state(counted: Counter[tuple[str, str]], reasons: Sequence[str]) -> str:
    """Return in words whether torch used CUDA graphs on a GPU.

    Args:
        counted: Counters of the calls so far, as `read_counters` returns them.
        reasons: Reasons why torch skipped them, in torch's words.
    """
    if skips := counted[INDUCTOR, "cudagraph_skips"]:
        why = "; ".join(dict.fromkeys(reasons)) or "reason not given by torch"
        return f"{SKIPPED} {in_words(skips, 'time')}: {why}"
    # torch drops a graph without partitions and counts nothing. Only a recording is proof.
    recorded = counted[INDUCTOR, "cudagraph_recorded_non_static_inputs"]
    return "used" if recorded else "none recorded yet (torch records the second call of a shape)"
