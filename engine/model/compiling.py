"""What is compiled, how, and the proof that compiled code ran.

A `CompiledModel` stands beside the untouched eager model and shares its weights. Every graph
that torch captures passes through its backend, which counts the graphs and each time that one
of them runs. Nothing is called compiled that was not counted here.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

import torch
from torch import nn
from torch._dynamo import config as dynamo_config
from torch.fx.experimental import _config as shape_config

from engine.config.settings import CompileConfig
from engine.model.counting import (
    BREAK,
    DYNAMIC,
    INDUCTOR,
    GraphBackend,
    GraphCounts,
    counting_backend,
    cuda_graph_state,
    metrics_after,
    newest_metric,
    read_counters,
)
from engine.model.loading import release_reserve
from engine.results.proof import NO_CUDA_GRAPHS, Compilation, CompileProof

if TYPE_CHECKING:
    from chronos import Chronos2Pipeline

CompiledScope = Literal["model", "encoder", "blocks"]


class CompiledModel:
    """The compiled counterpart of a pipeline's model, on the same weights."""

    def __init__(
        self,
        pipeline: "Chronos2Pipeline",
        config: CompileConfig,
        backend: GraphBackend | None = None,
    ) -> None:
        """Compiles nothing yet.

        Args:
            pipeline: Holds the eager model.
            config: What to compile, and how.
            backend: Generates the code instead of the configured backend.
        """
        device = pipeline.model.device
        self.scope: CompiledScope = resolve_scope(config, device)
        self._pipeline = pipeline
        self._config = config
        self._device = device
        self._counts = GraphCounts()
        self._backend = counting_backend(config, self._counts, backend)
        self._eager = self._current_parts()
        self._compiled = self._compile(self._eager)
        self._counters: Counter[tuple[str, str]] = Counter()
        self._compilations: list[Compilation] = []
        self._skip_reasons: list[str] = []
        self._calls = 0
        self._uncompiled_calls = 0

    @contextmanager
    def running(self, shape: str) -> Iterator[None]:
        """A scope in which the pipeline runs compiled; one forecast call fits in it.

        Args:
            shape: The call in words, for the proof.
        """
        # torch counts for the whole process: only what this call adds is ours.
        before = GraphCounts(self._counts.compiled, self._counts.runs)
        counters_before, last_metric = read_counters(), newest_metric()
        if uses_cuda_graphs(self._config, self._device):
            # In inference every entry of a compiled block would count as a new step, which
            # frees the outputs of the blocks before it.
            torch.compiler.cudagraph_mark_step_begin()
        self._put_in(self._compiled)
        try:
            with (
                torch.compiler.config.patch(  # type: ignore[attr-defined]
                    cache_key_tag=cache_tag(self._config)
                ),
                # Equal sizes of different axes must not be taken for one axis: else a batch of
                # 16 rows with 16 patches needs one graph, 17 rows with 16 patches another.
                shape_config.patch(use_duck_shape=False),  # type: ignore[attr-defined]
                # After some recompiles torch would run eager code without a word.
                dynamo_config.patch(fail_on_recompile_limit_hit=True),
            ):
                yield
        finally:
            self._put_in(self._eager)
            self._counters += read_counters() - counters_before
            self._note_compilation(
                shape, self._counts.compiled - before.compiled, metrics_after(last_metric)
            )
        self._calls += 1
        runs = self._counts.runs - before.runs
        if runs == 0 or runs % len(self._compiled):
            self._uncompiled_calls += 1

    def proof(self) -> CompileProof:
        """What the calls so far added to the counts."""
        counted = self._counters
        return CompileProof(
            scope=self.scope,
            backend=self._config.backend,
            mode=self._config.mode,
            dynamic=self._config.dynamic,
            compilations=tuple(self._compilations),
            graph_breaks={
                reason: count
                for (kind, reason), count in counted.items()
                if kind == BREAK and count > 0
            },
            cache_hits=counted[INDUCTOR, "fxgraph_cache_hit"],
            cache_misses=counted[INDUCTOR, "fxgraph_cache_miss"],
            calls=self._calls,
            graph_runs=self._counts.runs,
            uncompiled_calls=self._uncompiled_calls,
            cuda_graphs=self._cuda_graph_state(),
        )

    def _current_parts(self) -> list[nn.Module]:
        model = self._pipeline.model
        if self.scope == "model":
            return [model]
        return [model.encoder] if self.scope == "encoder" else list(model.encoder.block)

    def _put_in(self, parts: list[nn.Module]) -> None:
        if self.scope == "model":
            self._pipeline.model = parts[0]
        elif self.scope == "encoder":
            self._pipeline.model.encoder = parts[0]
        else:
            self._pipeline.model.encoder.block = nn.ModuleList(parts)

    def _compile(self, parts: list[nn.Module]) -> list[nn.Module]:
        # One backend object for all parts: equal blocks share a graph only if it is the same.
        how: dict[str, Any] = {"backend": self._backend, "dynamic": DYNAMIC[self._config.dynamic]}
        return [cast(nn.Module, torch.compile(part, **how)) for part in parts]

    def _note_compilation(self, shape: str, graphs: int, metrics: list[Any]) -> None:
        self._skip_reasons += [m.cudagraph_skip_reason for m in metrics if m.cudagraph_skip_reason]
        if graphs:
            reasons = [m.recompile_reason for m in metrics if m.recompile_reason]
            seconds = sum(m.entire_frame_compile_time_s or 0.0 for m in metrics)
            reason = "; ".join(dict.fromkeys(reasons)) if self._compilations else ""
            self._compilations.append(Compilation(shape, graphs, seconds, reason))

    def _cuda_graph_state(self) -> str:
        if not self._config.asks_for_cuda_graphs:
            return "not asked for"
        if self._device.type != "cuda":
            return NO_CUDA_GRAPHS
        return cuda_graph_state(self._counters, self._skip_reasons)


def cache_tag(config: CompileConfig) -> str:
    """What torch's caches are told of the attention kernels, which they do not look at.

    Without it code for one choice of kernels would be taken for another.
    """
    given: str = torch.compiler.config.cache_key_tag
    if config.attention != "sdpa":
        return given
    return f"{given}/{','.join(sorted(config.sdpa_backends))}"


def resolve_scope(config: CompileConfig, device: torch.device) -> CompiledScope:
    """The scope that is compiled, `auto` resolved for the device.

    Blocks share one graph, which is a third of the warm-up of the whole encoder; but CUDA
    graphs want to record the encoder in one piece.
    """
    if config.scope != "auto":
        return config.scope
    return "encoder" if uses_cuda_graphs(config, device) else "blocks"


def forget_compiled_code() -> None:
    """Frees all code that torch compiled in this process; it is compiled anew when needed.

    torch keeps it by Python function and not by model, up to a small limit: code of models
    that are gone would count against those that come.
    """
    torch._dynamo.reset()


def release_memory() -> None:
    """Gives back what compiled code, its recordings and torch's own reserve hold of a device."""
    forget_compiled_code()
    release_reserve()


def make_room(config: CompileConfig) -> None:
    """Forgets compiled code where every shape needs its own, before one shape of many.

    torch compiles a function for eight shapes and then gives up. A validation and the scaling of
    a benchmark have more shapes than that, and more than a service has that fixes them.
    """
    if config.enabled and config.dynamic == "false":
        forget_compiled_code()


def uses_cuda_graphs(config: CompileConfig, device: torch.device) -> bool:
    """Whether the configuration uses CUDA graphs on the device."""
    return device.type == "cuda" and config.asks_for_cuda_graphs


def calls_until_steady(config: CompileConfig, device: torch.device) -> int:
    """How many calls it takes until compiled code runs as it does in production.

    With CUDA graphs torch warms up in the first call of a shape, records the second, and replays
    the recording from the third on.
    """
    return 3 if uses_cuda_graphs(config, device) else 1
