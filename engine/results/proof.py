"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from collections import Counter
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Compilation:
    """One call during which torch compiled.

    Attributes:
        shape: The call that caused it, such as "8 rows x 512 steps, horizon 24".
        graphs: Number of graphs compiled.
        seconds: Time that it took, capture and code generation.
        reason: Why existing code did not serve, in torch's words; empty for the first.
    """

    shape: str
    graphs: int
    seconds: float
    reason: str


NO_CUDA_GRAPHS = "not on a CPU"
"""What `CompileProof.cuda_graphs` says where there can be none."""


SKIPPED = "skipped"
"""How it begins where torch did without them."""


@dataclass(frozen=True, slots=True)
class CompileProof:
    """Evidence of what torch.compile did.

    Attributes:
        scope: What is compiled: the model, its encoder or the encoder's blocks.
        backend: Who generated the code.
        mode: What it optimised for.
        dynamic: Whether one graph serves all shapes: "true", "false" or "auto".
        compilations: Each call that compiled, in order.
        graph_breaks: Reason of each place where capture had to stop -> number of times.
        cache_hits: Graphs whose code came from the cache folder.
        cache_misses: Graphs whose code had to be generated.
        calls: Calls that were meant to run compiled code.
        graph_runs: Times that a compiled graph ran.
        uncompiled_calls: Calls in which not every part ran compiled code.
        cuda_graphs: "not asked for", "not on a CPU", "used", "none recorded yet" and when, or
            "skipped" and why.
        compiled_before: Compilations before these.
    """

    scope: str
    backend: str
    mode: str
    dynamic: str
    compilations: tuple[Compilation, ...]
    graph_breaks: dict[str, int]
    cache_hits: int
    cache_misses: int
    calls: int
    graph_runs: int
    uncompiled_calls: int
    cuda_graphs: str
    compiled_before: int = 0

    def since(self, earlier: "CompileProof") -> "CompileProof":
        """What was done after an earlier proof of the same model."""
        breaks = Counter(self.graph_breaks) - Counter(earlier.graph_breaks)
        return replace(
            self,
            compilations=self.compilations[len(earlier.compilations) :],
            graph_breaks=dict(breaks),
            cache_hits=self.cache_hits - earlier.cache_hits,
            cache_misses=self.cache_misses - earlier.cache_misses,
            calls=self.calls - earlier.calls,
            graph_runs=self.graph_runs - earlier.graph_runs,
            uncompiled_calls=self.uncompiled_calls - earlier.uncompiled_calls,
            compiled_before=len(earlier.compilations),
        )

    @property
    def graphs(self) -> int:
        """Number of graphs compiled."""
        return sum(compilation.graphs for compilation in self.compilations)

    @property
    def seconds(self) -> float:
        """Time spent compiling."""
        return sum(compilation.seconds for compilation in self.compilations)

    @property
    def recompiles(self) -> tuple[Compilation, ...]:
        """The compilations that were needed although compiled code existed."""
        return self.compilations if self.compiled_before else self.compilations[1:]

    @property
    def compiled_code_ran(self) -> bool:
        """Whether every call ran compiled code throughout."""
        return self.calls > 0 and self.graph_runs > 0 and self.uncompiled_calls == 0

    @property
    def skipped_cuda_graphs(self) -> str:
        """How often torch did without CUDA graphs that were asked for, and why; else empty."""
        return self.cuda_graphs if self.cuda_graphs.startswith(SKIPPED) else ""

    @property
    def no_code_reason(self) -> str:
        """Why what ran is eager's own code; empty where other code could run.

        Forecasts that then equal eager's prove nothing.
        """
        if self.backend == "aot_eager":
            return "the backend aot_eager only captures graphs and generates no code"
        if self.backend == "cudagraphs" and self.cuda_graphs == NO_CUDA_GRAPHS:
            return "the backend cudagraphs generates no code, and does nothing on a CPU"
        return ""
