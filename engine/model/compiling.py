"""Compile a model, and run it in place of the eager one.

A `CompiledModel` stands beside the untouched eager model and shares its weights. Every graph
that torch captures passes through its backend, which counts the graphs and each time that one
of them runs. A call counts as compiled only if every part of it ran a counted graph.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

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
from engine.model.rewrites.block import FusedBlock
from engine.model.rewrites.compiled import CompiledBlock
from engine.model.rewrites.encoder import FusedEncoder
from engine.results.proof import NO_CUDA_GRAPHS, Compilation, CompileProof

if TYPE_CHECKING:
    from chronos import Chronos2Pipeline

CompiledScope = Literal["model", "encoder", "blocks"]

GRAPHS_OF_FUNCTION = 64
"""Graphs that torch may make of one function with dynamic shapes."""


class CompiledModel:
    """Compiled counterpart of the model of a pipeline, on the same weights."""

    def __init__(
        self,
        pipeline: "Chronos2Pipeline",
        config: CompileConfig,
        backend: GraphBackend | None = None,
    ) -> None:
        """Set up compilation; the first call compiles.

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
        """Run the pipeline compiled within this scope, for one forecast call.

        Args:
            shape: The call in words, for the proof.
        """
        # torch counts for the whole process. Only the difference belongs to this call.
        before = GraphCounts(self._counts.compiled, self._counts.runs)
        counters_before, last_metric = read_counters(), newest_metric()
        if _uses_cuda_graphs(self._config, self._device):
            # Without the mark, torch starts a new step at every compiled block during inference,
            # which frees the outputs of the blocks before it.
            torch.compiler.cudagraph_mark_step_begin()
        self._install(self._compiled)
        try:
            with (
                torch.compiler.config.patch(  # type: ignore[attr-defined]
                    cache_key_tag=_cache_tag(self._config)
                ),
                # torch must not treat equal sizes of different axes as one size. Otherwise 16 rows
                # with 16 patches need one graph, and 17 rows with 16 patches another.
                shape_config.patch(use_duck_shape=False),  # type: ignore[attr-defined]
                # By default, torch silently runs eager code after too many recompiles.
                dynamo_config.patch(
                    fail_on_recompile_limit_hit=True, recompile_limit=self._most_graphs
                ),
                self._new_shapes(),
            ):
                yield
        finally:
            self._install(self._eager)
            self._counters += read_counters() - counters_before
            self._record_compilation(
                shape, self._counts.compiled - before.compiled, metrics_after(last_metric)
            )
        self._calls += 1
        runs = self._counts.runs - before.runs
        if runs == 0 or runs % len(self._compiled):
            self._uncompiled_calls += 1

    @property
    def _most_graphs(self) -> int:
        """Return how many graphs torch may make of one function.

        All forecasters of a process share the functions. With dynamic shapes, each has a few
        graphs. With fixed ones, the limit of torch keeps a forecast from compiling without end.
        """
        given: int = dynamo_config.recompile_limit
        return given if self._config.dynamic == "false" else max(given, GRAPHS_OF_FUNCTION)

    def _new_shapes(self) -> AbstractContextManager[object]:
        """Return a scope in which torch compiles new shapes, or runs them in eager."""
        # torch counts the first compilation as a recompile too.
        if self._config.new_shapes == "compile" or self._calls == 0:
            return nullcontext()
        scope: AbstractContextManager[object] = torch.compiler.set_stance("eager_on_recompile")
        return scope

    def proof(self) -> CompileProof:
        """Return the record of what torch.compile did in the calls so far."""
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
        owner, name = _stack_of(model)
        stack = getattr(owner, name)
        return [stack] if self.scope == "encoder" else list(stack.block)

    def _install(self, parts: list[nn.Module]) -> None:
        if self.scope == "model":
            self._pipeline.model = parts[0]
            return
        owner, name = _stack_of(self._pipeline.model)
        if self.scope == "encoder":
            setattr(owner, name, parts[0])
        else:
            getattr(owner, name).block = nn.ModuleList(parts)

    def _compile(self, parts: list[nn.Module]) -> list[nn.Module]:
        # Equal blocks share a graph only if they share the backend object.
        how: dict[str, Any] = {"backend": self._backend, "dynamic": DYNAMIC[self._config.dynamic]}

        def compiled(part: Any) -> Any:
            return torch.compile(part, **how)

        return [
            CompiledBlock(part, compiled) if isinstance(part, FusedBlock) else compiled(part)
            for part in parts
        ]

    def _record_compilation(self, shape: str, graphs: int, metrics: list[Any]) -> None:
        self._skip_reasons += [m.cudagraph_skip_reason for m in metrics if m.cudagraph_skip_reason]
        if graphs:
            reasons = [m.recompile_reason for m in metrics if m.recompile_reason]
            seconds = sum(m.entire_frame_compile_time_s or 0.0 for m in metrics)
            reason = "; ".join(dict.fromkeys(reasons)) if self._compilations else ""
            self._compilations.append(Compilation(shape, graphs, seconds, reason))

    def _cuda_graph_state(self) -> str:
        if not self._config.asks_for_cuda_graphs:
            return "off"
        if self._device.type != "cuda":
            return NO_CUDA_GRAPHS
        return cuda_graph_state(self._counters, self._skip_reasons)


def _stack_of(model: nn.Module) -> tuple[nn.Module, str]:
    """Return the module that owns the stack of blocks, and the name of the stack in it."""
    if isinstance(model.encoder, FusedEncoder):
        return model.encoder, "stack"
    return model, "encoder"


def _cache_tag(config: CompileConfig) -> str:
    """Return the tag that adds the attention kernels to the keys of torch's caches.

    Without the tag, torch would reuse code that it compiled for other kernels.
    """
    given: str = torch.compiler.config.cache_key_tag
    if config.attention != "sdpa":
        return given
    return f"{given}/{','.join(sorted(config.sdpa_backends))}"


def resolve_scope(config: CompileConfig, device: torch.device) -> CompiledScope:
    """Return the scope to compile, with `auto` resolved for the device.

    Blocks share one graph, which takes a third of the warm-up of the whole encoder. CUDA graphs
    are recorded for the whole encoder.
    """
    if config.scope != "auto":
        return config.scope
    return "encoder" if _uses_cuda_graphs(config, device) else "blocks"


def forget_compiled_code() -> None:
    """Discard all code that torch compiled in this process; later calls compile again.

    torch stores compiled code by Python function, not by model, up to a small limit. Code of
    earlier models would count towards the limit of later ones.
    """
    torch._dynamo.reset()


def release_memory() -> None:
    """Release the device memory of compiled code, CUDA graphs and torch's reserve."""
    forget_compiled_code()
    release_reserve()


def make_room(config: CompileConfig) -> None:
    """Discard compiled code before the next of many shapes, if every shape needs its own code.

    torch compiles a function for at most eight shapes. A validation and the scaling of a
    benchmark use more shapes than that, and more than a service with fixed shapes.
    """
    if config.enabled and config.dynamic == "false":
        forget_compiled_code()


def _uses_cuda_graphs(config: CompileConfig, device: torch.device) -> bool:
    """Say whether the configuration uses CUDA graphs on the device."""
    return device.type == "cuda" and config.asks_for_cuda_graphs


def calls_until_steady(config: CompileConfig, device: torch.device) -> int:
    """Return the number of calls until compiled code runs in its steady state.

    With CUDA graphs, torch warms up in the first call of a shape, records the second, and replays
    the recording from the third call on.
    """
    return 3 if _uses_cuda_graphs(config, device) else 1
