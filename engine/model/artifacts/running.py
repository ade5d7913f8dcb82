"""Run a model by the code of an artifact, in place of the eager blocks."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from engine.config.settings import CompileConfig
from engine.model.artifacts.functions import (
    ALONE,
    FEED_FORWARD,
    PARTS,
    TIME,
    TIME_MASKED,
    weights_of,
)
from engine.model.artifacts.opening import Code, blocks_of, open_artifact
from engine.model.loading import LoadedModel
from engine.model.rewrites.block import FusedBlock, Table
from engine.model.rewrites.layout import Layout
from engine.results.proof import CompileProof


class AheadBlock(nn.Module):
    """A block that runs the functions of an artifact, on the weights of a fused block.

    Attributes:
        runs: Number of its runs that ended.
    """

    def __init__(self, block: FusedBlock, code: Code) -> None:
        """Take over the weights of a block."""
        super().__init__()
        self.runs = 0
        self._code, self._group = code, block.group
        self._weights = {
            name: [weight.contiguous() for weight in weights_of(part(block)).values()]
            for name, part in PARTS.items()
        }

    def forward(self, x: Tensor, table: Table, layout: Layout) -> Tensor:
        """Return what the fused block returns."""
        if layout.hidden is None:
            x = self._run(TIME, x, *table)
        else:
            x = self._run(TIME_MASKED, x, *table, layout.hidden)
        if layout.order is None:
            x = self._run(ALONE, x)
        else:
            x = self._run(FEED_FORWARD, self._group(x, layout))
        self.runs += 1
        return x

    def _run(self, function: str, *inputs: Tensor) -> Tensor:
        # The code takes strides for granted.
        tensors = [tensor.contiguous() for tensor in inputs]
        return self._code.run(function, [*tensors, *self._weights[function]])


class AheadModel:
    """Counterpart of `CompiledModel`, whose code was compiled ahead of time."""

    def __init__(self, model: LoadedModel, config: CompileConfig) -> None:
        """Open the configured artifact.

        Raises:
            ArtifactError: It does not fit the model or the machine, or is damaged.
        """
        code = open_artifact(model, config)
        self._eager = blocks_of(model, config)
        self._ahead = [AheadBlock(block, code) for block in self._eager]
        self._stack = model.pipeline.model.encoder.stack
        self._calls = 0
        self._uncompiled_calls = 0

    @contextmanager
    def running(self, _shape: str) -> Iterator[None]:
        """Run the pipeline by the artifact within this scope, for one forecast call."""
        before = [block.runs for block in self._ahead]
        self._stack.block = nn.ModuleList(self._ahead)
        try:
            yield
        finally:
            self._stack.block = nn.ModuleList(self._eager)
        self._calls += 1
        ran = {block.runs - runs for block, runs in zip(self._ahead, before, strict=True)}
        if len(ran) > 1 or ran == {0}:
            self._uncompiled_calls += 1

    def proof(self) -> CompileProof:
        """Return the record of the calls so far."""
        return CompileProof(
            scope="blocks",
            backend="inductor",
            mode="default",
            dynamic="true",
            compilations=(),
            graph_breaks={},
            cache_hits=0,
            cache_misses=0,
            calls=self._calls,
            graph_runs=sum(block.runs for block in self._ahead),
            uncompiled_calls=self._uncompiled_calls,
            cuda_graphs="off",
            ahead_of_time=True,
        )
