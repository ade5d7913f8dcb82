"""Rules over the machine: what a configuration needs that it lacks, or has and leaves unused."""

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from engine.base.findings import Fix, Severity
from engine.check.facts import GIGABYTE, Facts
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.check.rules.settings_rules import HALF_PRECISION_KERNELS, kernels_without
from engine.results.machine import GpuDescription

COMPILE_OFF = Fix("enabled", False)

OLDEST_FOR_TRITON = 7
OLDEST_FOR_BFLOAT16 = 8
"""Compute capabilities, the number before the point; fused half-precision kernels need 8 too."""

NATIVE_BFLOAT16 = {"avx512_bf16", "amx_bf16", "bf16"}
OLDEST_DRIVER = {12: 525, 13: 580}
"""CUDA version -> the first NVIDIA driver that runs programs built for it."""
MULTIPROCESSORS_FOR_AUTOTUNING = 68
"""With fewer, torch refuses to tune matrix products."""
MEMORY_TO_COMPILE = 2 * GIGABYTE


def _generation(gpu: GpuDescription) -> int:
    """Return the number before the point of a compute capability."""
    return int(gpu.capability.partition(".")[0])


@rule(Severity.WARNING, "enabled")
def untested_version(facts: Facts) -> Iterator[Found]:
    """Compiled forecasts change between versions, and this version has not been tested."""
    for package, version in facts.machine.versions.items():
        tested = facts.tested.get(package, "")
        if not SpecifierSet(tested).contains(version, prereleases=True):
            yield Found(
                f"{package} {version} is installed. The tested versions are {tested}.",
                f"Install a tested version: pip install '{package}{tested}'.",
                subject=package,
            )


@rule(Severity.ERROR, "enabled")
def device_not_there(facts: Facts) -> Iterator[Found]:
    """Every forecast on this device fails."""
    if facts.device.startswith("cuda") and not facts.gpu:
        machine = facts.machine
        if machine.cuda is None:
            remedy = "Install a CUDA build of PyTorch, or use the device cpu."
        elif machine.driver is None:
            remedy = "Install the NVIDIA driver, or use the device cpu."
        else:
            remedy = "Use a GPU that exists, or the device cpu."
        yield Found(
            f"The device is {facts.device}, and PyTorch {machine.torch} sees "
            f"{len(machine.gpus) or 'no'} GPU{'s' if len(machine.gpus) > 1 else ''}.",
            remedy,
            subject="device",
        )


@rule(Severity.ADVICE, "enabled")
def gpu_left_unused(facts: Facts) -> Iterator[Found]:
    """Forecasts run on the CPU although the machine has a GPU."""
    if facts.machine.driver and facts.machine.cuda is None and facts.device == "auto":
        yield Found(
            f"An NVIDIA driver is installed, and PyTorch {facts.machine.torch} is built "
            "without CUDA.",
            "Install a CUDA build of PyTorch.",
            subject="torch",
        )


@rule(Severity.WARNING, "enabled")
def gpu_without_kernels(facts: Facts) -> Iterator[Found]:
    """Forecasts run on the CPU, or fail if you select the GPU by name."""
    gpu = facts.named_gpu
    if gpu and not gpu.has_kernels:
        yield Found(
            f"PyTorch {facts.machine.torch} has no code for the {gpu.name}, whose compute "
            f"capability is {gpu.capability}.",
            "Install a build of PyTorch for an older CUDA.",
            subject="torch",
        )


@rule(Severity.WARNING, "enabled")
def driver_too_old(facts: Facts) -> Iterator[Found]:
    """PyTorch cannot use the GPU, so forecasts run on the CPU."""
    machine = facts.machine
    if machine.cuda and machine.driver and facts.device != "cpu":
        oldest = OLDEST_DRIVER.get(int(machine.cuda.partition(".")[0]), 0)
        if int(machine.driver.partition(".")[0]) < oldest:
            yield Found(
                f"The NVIDIA driver is {machine.driver}, and PyTorch is built for CUDA "
                f"{machine.cuda}, which needs {oldest} or newer.",
                "Update the driver, or install a build of PyTorch for an older CUDA.",
                subject="NVIDIA driver",
            )


@rule(Severity.ERROR, "enabled", "backend")
def no_cxx_compiler(facts: Facts) -> Iterator[Found]:
    """On a CPU, torch.compile generates C++ code, which needs a C++ compiler."""
    if facts.generates_code and not facts.gpu and facts.machine.cxx_compiler is None:
        yield Found(
            "There is no C++ compiler.",
            "Install g++, set CXX to an installed compiler, or turn compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.ERROR, "enabled", "backend")
def no_c_compiler(facts: Facts) -> Iterator[Found]:
    """Triton builds the launcher of every GPU kernel with a C compiler."""
    if facts.generates_code and facts.gpu and facts.machine.c_compiler is None:
        yield Found(
            "There is no C compiler.",
            "Install gcc, set CC to an installed compiler, or turn compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.ERROR, "enabled", "backend")
def no_triton(facts: Facts) -> Iterator[Found]:
    """On a GPU, torch.compile generates Triton code."""
    if facts.generates_code and facts.gpu and not facts.machine.triton:
        yield Found(
            "Triton is not installed.",
            "Install the CUDA build of PyTorch, which brings it, or switch compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.ERROR, "enabled", "backend")
def no_python_headers(facts: Facts) -> Iterator[Found]:
    """Compiled kernels are built as Python extensions, which include Python.h."""
    if facts.generates_code and not facts.machine.python_headers:
        yield Found(
            "Python's headers are missing.",
            "Install them (python3-dev or python3-devel), or switch compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.WARNING, "enabled", "backend")
def little_memory_to_compile(facts: Facts) -> Iterator[Found]:
    """Compiling needs 1 to 2 GB beside the model. With less, the system may kill it."""
    if facts.generates_code and facts.machine.free_memory < MEMORY_TO_COMPILE:
        yield Found(
            f"{facts.machine.free_memory / GIGABYTE:.1f} GB of memory are free.",
            "Close other programs, or switch compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.ERROR, "enabled", "backend")
def gpu_too_old_to_compile(facts: Facts) -> Iterator[Found]:
    """Triton generates code only for compute capability 7.0 and newer."""
    if facts.generates_code and facts.gpu and _generation(facts.gpu) < OLDEST_FOR_TRITON:
        yield Found(
            f"The GPU is a {facts.gpu.name} of compute capability {facts.gpu.capability}.",
            "Switch compilation off.",
            COMPILE_OFF,
        )


@rule(Severity.ADVICE, "mode")
def gpu_too_small_to_autotune(facts: Facts) -> Iterator[Found]:
    """Torch tunes no matrix products below 68 multiprocessors, so the gain is small."""
    config, gpu = facts.config, facts.gpu
    tunes = facts.generates_code and config.mode.startswith("max-autotune")
    if gpu and tunes and gpu.multiprocessors < MULTIPROCESSORS_FOR_AUTOTUNING:
        yield Found(
            f"The mode is {config.mode}, and the {gpu.name} has {gpu.multiprocessors} "
            "multiprocessors.",
            "Use reduce-overhead or default.",
            Fix("mode", "default"),
        )


@rule(Severity.ADVICE, "mode")
def reduce_overhead_on_a_cpu(facts: Facts) -> Iterator[Found]:
    """The mode reduce-overhead adds CUDA graphs. On a CPU, it does the same as default."""
    if facts.generates_code and not facts.gpu and facts.config.mode == "reduce-overhead":
        yield Found(
            "The mode is reduce-overhead, and forecasts run on the CPU.",
            "Use default, or keep this mode: the forecasts are the same.",
            Fix("mode", "default"),
        )


@rule(Severity.ERROR, "quantization")
def quantized_on_a_gpu(facts: Facts) -> Iterator[Found]:
    """The integer kernels are those of CPUs."""
    if facts.config.quantization != "none" and facts.gpu:
        yield Found(
            f"The quantization is {facts.config.quantization}, and forecasts run on a GPU.",
            "Use none, or choose the CPU.",
            Fix("quantization", "none"),
        )


@rule(Severity.WARNING, "backend")
def cudagraphs_on_a_cpu(facts: Facts) -> Iterator[Found]:
    """The backend cudagraphs replays GPU kernels. On a CPU, it does nothing."""
    if facts.config.enabled and facts.config.backend == "cudagraphs" and not facts.gpu:
        yield Found(
            "The backend is cudagraphs, and forecasts run on the CPU.",
            "Use inductor.",
            Fix("backend", "inductor"),
        )


@rule(Severity.ADVICE, "mode", "backend")
def one_recording_per_shape(facts: Facts) -> Iterator[Found]:
    """Each new batch size or length needs a new recording, which takes time and GPU memory."""
    if facts.gpu and facts.asks_for_cuda_graphs:
        plain = "max-autotune-no-cudagraphs" if facts.config.mode == "max-autotune" else "default"
        by_mode = facts.config.backend == "inductor"
        yield Found(
            "CUDA graphs are used.",
            f"Use few shapes, or use the mode {plain} with the backend inductor.",
            Fix("mode", plain) if by_mode else None,
        )


@rule(Severity.WARNING, "backend", "dynamic")
def one_recording_for_all_shapes(facts: Facts) -> Iterator[Found]:
    """The second shape does not fit the recording of the first, and causes a fallback."""
    config = facts.config
    records = config.enabled and config.backend == "cudagraphs"
    if facts.gpu and records and config.dynamic != "false":
        yield Found(
            f"The backend cudagraphs records a graph once, and dynamic is {config.dynamic}.",
            "Set dynamic to false.",
            Fix("dynamic", "false"),
        )


@rule(Severity.WARNING, "scope", "mode")
def blocks_recorded_apart(facts: Facts) -> Iterator[Found]:
    """Each block needs its own recording, while the whole encoder needs only one."""
    if facts.gpu and facts.asks_for_cuda_graphs and facts.config.scope == "blocks":
        yield Found(
            "The encoder's blocks are compiled one by one, and CUDA graphs are used.",
            "Use the scope auto, which compiles the whole encoder here.",
            Fix("scope", "auto"),
        )


@rule(Severity.WARNING, "dtype")
def bfloat16_emulated_by_the_cpu(facts: Facts) -> Iterator[Found]:
    """A CPU without bfloat16 instructions is slower in it than in float32, and less exact."""
    features = set(facts.machine.cpu_features)
    is_emulated = bool(features) and not features & NATIVE_BFLOAT16
    if facts.config.dtype == "bfloat16" and not facts.gpu and is_emulated:
        yield Found(
            f"The data type is bfloat16, and the CPU ({facts.machine.processor}) cannot "
            "compute in it.",
            "Use float32.",
            Fix("dtype", "float32"),
        )


@rule(Severity.ADVICE, "dtype")
def bfloat16_would_be_faster(facts: Facts) -> Iterator[Found]:
    """A large model can run three times as fast in bfloat16, more than compiling alone gives."""
    is_native = bool(NATIVE_BFLOAT16 & set(facts.machine.cpu_features))
    if facts.config.dtype == "float32" and not facts.gpu and is_native:
        yield Found(
            f"The CPU ({facts.machine.processor}) computes in bfloat16.",
            "If speed matters more than the third digit, test bfloat16 on your own data.",
        )


@rule(Severity.WARNING, "dtype")
def float16_on_a_cpu(facts: Facts) -> Iterator[Found]:
    """On a CPU, float16 is several times slower than float32, and less exact."""
    if facts.config.dtype == "float16" and not facts.gpu:
        yield Found(
            "The data type is float16, and forecasts run on the CPU.",
            "Use float32.",
            Fix("dtype", "float32"),
        )


@rule(Severity.WARNING, "dtype")
def bfloat16_on_an_old_gpu(facts: Facts) -> Iterator[Found]:
    """Below compute capability 8.0, bfloat16 is emulated and slower than float32."""
    gpu = facts.gpu
    if facts.config.dtype == "bfloat16" and gpu and _generation(gpu) < OLDEST_FOR_BFLOAT16:
        yield Found(
            f"The data type is bfloat16, and the {gpu.name} has compute capability "
            f"{gpu.capability}.",
            "Use float32.",
            Fix("dtype", "float32"),
        )


@rule(Severity.ERROR, "sdpa_backends", "attention")
def no_attention_kernel(facts: Facts) -> Iterator[Found]:
    """Every forecast fails, because no allowed kernel can run."""
    config = facts.config
    if config.attention == "sdpa" and not _usable_kernels(facts):
        yield Found(
            f"The attention kernels {','.join(config.sdpa_backends)} are allowed, and none of "
            f"them runs here in {config.dtype}.",
            "Use math.",
            Fix("sdpa_backends", ("math",)),
        )


@rule(Severity.WARNING, "sdpa_backends")
def attention_kernels_on_an_old_gpu(facts: Facts) -> Iterator[Found]:
    """These kernels need compute capability 8.0. On this GPU, PyTorch skips them."""
    config, gpu = facts.config, facts.gpu
    kernels = [name for name in config.sdpa_backends if name in HALF_PRECISION_KERNELS]
    if config.attention == "sdpa" and gpu and kernels and _generation(gpu) < OLDEST_FOR_BFLOAT16:
        yield Found(
            f"The attention kernels {','.join(kernels)} are allowed, and the {gpu.name} has "
            f"compute capability {gpu.capability}.",
            "Leave them out.",
            Fix("sdpa_backends", kernels_without(config, HALF_PRECISION_KERNELS)),
        )


@rule(Severity.ADVICE, "sdpa_backends")
def flash_takes_no_mask(facts: Facts) -> Iterator[Found]:
    """Chronos-2 always uses an attention mask. On a GPU, PyTorch skips this kernel."""
    config = facts.config
    if config.attention == "sdpa" and facts.gpu and "flash" in config.sdpa_backends:
        yield Found(
            "The attention kernel flash is allowed, and it takes no mask.",
            "Leave it out.",
            Fix("sdpa_backends", kernels_without(config, ("flash",))),
        )


def _usable_kernels(facts: Facts) -> set[str]:
    """Return the configured attention kernels that can run Chronos-2 on the device."""
    if facts.gpu is None:
        usable = {"math", "flash"}
    else:
        usable = {"math", "mem_efficient"}
        if facts.config.dtype != "float32" and _generation(facts.gpu) >= OLDEST_FOR_BFLOAT16:
            usable.add("cudnn")
    return usable & set(facts.config.sdpa_backends)


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
