"""Record of what torch.compile did, as plain values."""

from collections import Counter
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Compilation:
    """One call during which torch compiled.

    Attributes:
        shape: The call that caused it, such as "8 rows x 512 steps, horizon 24".
        graphs: Number of graphs compiled.
        seconds: Seconds for capture and code generation.
        reason: Reason of the recompile, in torch's words; empty for the first compilation.
    """

    shape: str
    graphs: int
    seconds: float
    reason: str


NO_CUDA_GRAPHS = "not on a CPU"
"""Value of `CompileProof.cuda_graphs` on a CPU."""


SKIPPED = "skipped"
"""Start of `CompileProof.cuda_graphs` if torch skipped CUDA graphs."""


@dataclass(frozen=True, slots=True)
class CompileProof:
    """Record of what torch.compile did.

    Attributes:
        scope: What is compiled: the model, its encoder or the encoder's blocks.
        backend: Backend that generated the code.
        mode: Mode of torch.compile.
        dynamic: Whether one graph serves all shapes: "true", "false" or "auto".
        compilations: Each call that compiled, in order.
        graph_breaks: Reason of a graph break -> number of graph breaks.
        cache_hits: Number of graphs whose code was in the cache folder.
        cache_misses: Number of graphs whose code was generated.
        calls: Number of calls with compilation on.
        graph_runs: Number of runs of compiled graphs.
        uncompiled_calls: Number of calls in which a part ran eager code.
        cuda_graphs: "off", "not on a CPU", "used", "none recorded yet" and when, or
            "skipped" and why.
        compiled_before: Number of earlier compilations.
        ahead_of_time: Whether the code comes from an artifact, so that torch compiles nothing.
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
    ahead_of_time: bool = False

    def since(self, earlier: "CompileProof") -> "CompileProof":
        """Return the record of what happened after an earlier proof of the same model."""
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
        """Return the number of compiled graphs."""
        return sum(compilation.graphs for compilation in self.compilations)

    @property
    def breaks(self) -> int:
        """Return the number of graph breaks."""
        return sum(self.graph_breaks.values())

    @property
    def seconds(self) -> float:
        """Return the seconds spent compiling."""
        return sum(compilation.seconds for compilation in self.compilations)

    @property
    def recompiles(self) -> tuple[Compilation, ...]:
        """Return the compilations after the first one."""
        return self.compilations if self.compiled_before else self.compilations[1:]

    @property
    def compiled_code_ran(self) -> bool:
        """Say whether every call ran compiled code throughout."""
        return self.calls > 0 and self.graph_runs > 0 and self.uncompiled_calls == 0

    @property
    def skipped_cuda_graphs(self) -> str:
        """Return how often and why torch skipped the configured CUDA graphs; empty if never."""
        return self.cuda_graphs if self.cuda_graphs.startswith(SKIPPED) else ""

    @property
    def no_code_reason(self) -> str:
        """Return why the backend generates no code of its own; empty if it generates code.

        Without generated code, forecasts that equal those of eager prove nothing.
        """
        if self.backend == "aot_eager":
            return "the backend aot_eager only captures graphs and generates no code"
        if self.backend == "cudagraphs" and self.cuda_graphs == NO_CUDA_GRAPHS:
            return "the backend cudagraphs generates no code, and does nothing on a CPU"
        return ""
