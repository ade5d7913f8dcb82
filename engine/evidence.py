"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from collections import Counter
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class GpuDescription:
    """One GPU.

    Attributes:
        name: As the driver calls it.
        memory: Total memory in bytes.
        capability: CUDA compute capability, such as "9.0".
        multiprocessors: Number of streaming multiprocessors.
        uuid: What tells it from all others; empty where torch does not say.
        has_kernels: Whether this build of PyTorch can run on it at all.
    """

    name: str
    memory: int
    capability: str
    multiprocessors: int
    uuid: str = ""
    has_kernels: bool = True


@dataclass(frozen=True, slots=True)
class MachineDescription:
    """Hardware and versions, as seen by the process that forecasts.

    Attributes:
        python: Version of Python.
        torch: Version of PyTorch.
        chronos: Version of chronos-forecasting.
        transformers: Version of transformers.
        system: Operating system.
        processor: Name of the CPU.
        cpu_features: Its instruction sets that decide about speed, as Linux names them, such as
            "avx512_bf16"; none where they are not known.
        cores: Logical cores that the process may use.
        memory: Total memory in bytes.
        free_memory: Memory free now, in bytes.
        gpus: The GPUs that PyTorch sees.
        cuda: CUDA version that PyTorch was built for; None if it was built without.
        driver: Version of the NVIDIA driver; None if there is none.
        cxx_compiler: Path of the C++ compiler that a CPU compile needs; None if missing.
        c_compiler: Path of the C compiler that Triton needs on a GPU; None if missing.
        triton: Whether Triton, which compiles for GPUs, is installed.
        python_headers: Whether Python.h is there, which compiled kernels are built against.
    """

    python: str
    torch: str
    chronos: str
    transformers: str
    system: str
    processor: str
    cpu_features: tuple[str, ...]
    cores: int
    memory: int
    free_memory: int
    gpus: tuple[GpuDescription, ...]
    cuda: str | None
    driver: str | None
    cxx_compiler: str | None
    c_compiler: str | None
    triton: bool
    python_headers: bool


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What was loaded, as read back from the loaded model.

    Attributes:
        source: What the user named: `demo`, a folder or a hub id.
        folder: The folder that it was loaded from.
        parameters: Number of weights.
        dtype: Their number format, such as "float32".
        attention: The attention implementation in use, "eager" or "sdpa".
        device: Where they are, such as "cpu" or "cuda:0".
        context_length: Longest history that the model looks at, in steps.
        horizon: Longest horizon that it forecasts in one go, in steps.
        quantile_levels: The quantile levels that it was trained for.
        seconds: Time that loading took.
    """

    source: str
    folder: str
    parameters: int
    dtype: str
    attention: str
    device: str
    context_length: int
    horizon: int
    quantile_levels: tuple[float, ...]
    seconds: float

    def context_for(self, asked: int | None) -> int:
        """Steps of history that it looks at if so many are asked for; its own limit if None."""
        return self.context_length if asked is None else min(asked, self.context_length)


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
    def hollow(self) -> str:
        """Why what ran is eager's own code; empty where other code could run.

        Forecasts that then equal eager's prove nothing.
        """
        if self.backend == "aot_eager":
            return "the backend aot_eager only captures graphs and generates no code"
        if self.backend == "cudagraphs" and self.cuda_graphs == NO_CUDA_GRAPHS:
            return "the backend cudagraphs generates no code, and does nothing on a CPU"
        return ""


@dataclass(frozen=True, slots=True)
class CallSplit:
    """Where the time of a forecast went.

    Attributes:
        preparing: Seconds before the model: stacking, padding, safeguards.
        model: Seconds in the library's pipeline, compile time included.
        framing: Seconds after the model: putting forecasts and timestamps together.
    """

    preparing: float
    model: float
    framing: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two forecasts of the same series are apart.

    Relative figures are divided by the scale of the series that they belong to.

    Attributes:
        compared: Number of values that are finite in both forecasts; the figures are over
            these, and NaN if there are none.
        left_out: Number of values that are not.
        max_absolute: Largest difference.
        mean_absolute: Mean difference.
        max_relative: Largest difference in units of the series' scale.
        mean_relative: Mean difference in units of the series' scale.
        worst_item: Item of the largest relative difference.
        worst_target: Its target.
        missing_agree: Whether both are non-finite in the same places.
    """

    compared: int
    left_out: int
    max_absolute: float
    mean_absolute: float
    max_relative: float
    mean_relative: float
    worst_item: str
    worst_target: str
    missing_agree: bool
