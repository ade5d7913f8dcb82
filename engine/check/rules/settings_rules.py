"""Rules over the settings alone: what is allowed but unwise, on any machine."""

import os
from collections.abc import Iterator

from engine.base.escaping import quoted
from engine.base.findings import Fix, Severity
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.config.settings import NO_ARTIFACT, CompileConfig

HALF_PRECISION_KERNELS = ("flash", "cudnn")


@rule(Severity.WARNING, "mode", "enabled")
def max_autotune(config: CompileConfig) -> Iterator[Found]:
    """Tuning tries kernels for minutes, and its choice is not stable enough for production."""
    if config.enabled and config.backend == "inductor" and config.mode.startswith("max-autotune"):
        calm = "default" if config.mode == "max-autotune-no-cudagraphs" else "reduce-overhead"
        yield Found(f"The mode is {config.mode}.", f"Use {calm}.", Fix("mode", calm))


@rule(Severity.ADVICE, "mode", "backend")
def mode_without_effect(config: CompileConfig) -> Iterator[Found]:
    """Only the backend inductor has modes. The mode has no effect with another backend."""
    if config.enabled and config.backend != "inductor" and config.mode.startswith("max-autotune"):
        yield Found(
            f"The mode is {config.mode}, while the backend is {config.backend}.",
            "Use the backend inductor, or leave the mode at default.",
            Fix("mode", "default"),
        )


@rule(Severity.ADVICE, "backend", "enabled")
def backend_without_code(config: CompileConfig) -> Iterator[Found]:
    """The backend aot_eager captures graphs but generates no code, so compiling brings no speed."""
    if config.enabled and config.backend == "aot_eager":
        yield Found(
            "The backend is aot_eager.",
            "Use inductor, unless you are debugging.",
            Fix("backend", "inductor"),
        )


@rule(Severity.WARNING, "dtype")
def half_precision(config: CompileConfig) -> Iterator[Found]:
    """Half precision is less exact than float32. The effect on forecasts depends on your data."""
    if config.dtype != "float32":
        yield Found(
            f"The data type is {config.dtype}.",
            "Use float32, or compare the two on your own data first.",
            Fix("dtype", "float32"),
        )


@rule(Severity.WARNING, "quantization")
def quantized(config: CompileConfig) -> Iterator[Found]:
    """Integers are far less exact than float32. Only your own data shows what they cost."""
    if config.quantization != "none" and config.dtype == "float32":
        yield Found(
            f"The quantization is {config.quantization}.",
            "Use none, or compare the two on your own data first.",
            Fix("quantization", "none"),
        )


@rule(Severity.WARNING, "matmul_precision", "dtype")
def tf32(config: CompileConfig) -> Iterator[Found]:
    """TF32 is less exact than float32. The effect on forecasts depends on your data."""
    if config.matmul_precision == "high" and config.dtype == "float32":
        yield Found(
            "Matrices are multiplied in TF32 on a GPU.",
            "Use highest, or compare the two on your own data first.",
            Fix("matmul_precision", "highest"),
        )


@rule(Severity.WARNING, "context_length")
def shorter_context(config: CompileConfig) -> Iterator[Found]:
    """A forecast from less history may be less accurate. Only your own data shows by how much."""
    if config.context_length is not None:
        yield Found(
            f"The model reads at most {config.context_length:,} steps of history.",
            "Use auto, or compare the accuracy of the two on your own data first.",
            Fix("context_length", None),
        )


@rule(Severity.ERROR, "quantization", "dtype")
def quantized_half_precision(config: CompileConfig) -> Iterator[Found]:
    """The integer kernels read and write float32."""
    if config.quantization != "none" and config.dtype != "float32":
        yield Found(
            f"The quantization is {config.quantization}, and the data type is {config.dtype}.",
            "Use float32, or no quantization.",
            Fix("dtype", "float32"),
        )


@rule(Severity.WARNING, "artifact", "enabled")
def artifact_without_effect(config: CompileConfig) -> Iterator[Found]:
    """The code of an artifact is compiled code. It runs only if compilation is on."""
    if config.artifact != NO_ARTIFACT and not config.enabled:
        yield Found(
            f"The artifact is {config.artifact}, and compilation is off.",
            "Turn compilation on, or set artifact to none.",
            Fix("enabled", True),
        )


@rule(Severity.ERROR, "artifact", "encoder", "enabled")
def artifact_without_fused_encoder(config: CompileConfig) -> Iterator[Found]:
    """An artifact holds code of the fused encoder only. With another encoder, eager code runs."""
    if config.compiles_ahead and config.encoder != "fused":
        yield Found(
            f"The artifact is {config.artifact}, and the encoder is {config.encoder}.",
            "Set encoder to fused, or artifact to none.",
            Fix("encoder", "fused"),
        )


@rule(Severity.ERROR, "artifact", "quantization", "enabled")
def artifact_quantized(config: CompileConfig) -> Iterator[Found]:
    """An artifact holds no code for a quantized encoder. With one, eager code runs."""
    if config.compiles_ahead and config.quantization != "none":
        yield Found(
            f"The artifact is {config.artifact}, and the quantization is {config.quantization}.",
            "Set quantization to none, or artifact to none.",
            Fix("artifact", NO_ARTIFACT),
        )


@rule(Severity.WARNING, "sdpa_backends", "attention")
def inexact_attention_kernels(config: CompileConfig) -> Iterator[Found]:
    """Fused kernels can crash or change forecasts; only math is exact everywhere."""
    if config.attention == "sdpa" and config.sdpa_backends != ("math",):
        yield Found(
            f"The attention kernels {','.join(config.sdpa_backends)} are allowed.",
            "Use math alone, or eager attention.",
            Fix("sdpa_backends", ("math",)),
        )


@rule(Severity.WARNING, "sdpa_backends", "dtype", "attention")
def half_precision_kernels(config: CompileConfig) -> Iterator[Found]:
    """On a GPU, these kernels run in half precision only. In float32, PyTorch skips them."""
    kernels = [name for name in config.sdpa_backends if name in HALF_PRECISION_KERNELS]
    if config.attention == "sdpa" and config.dtype == "float32" and kernels:
        yield Found(
            f"The attention kernels {','.join(kernels)} are allowed, and the data type is float32.",
            f"Leave {' and '.join(kernels)} out.",
            Fix("sdpa_backends", kernels_without(config, HALF_PRECISION_KERNELS)),
        )


@rule(Severity.WARNING, "dynamic", "enabled")
def one_graph_per_shape(config: CompileConfig) -> Iterator[Found]:
    """Each new batch size, length or horizon compiles for tens of seconds, up to a limit."""
    if config.enabled and config.dynamic == "false":
        yield Found(
            "Dynamic shapes are off.",
            "Set dynamic to true, unless every call has the same shape.",
            Fix("dynamic", "true"),
        )


@rule(Severity.ADVICE, "dynamic", "enabled")
def shapes_found_out_late(config: CompileConfig) -> Iterator[Found]:
    """The first change of batch size or length causes a recompile during normal use."""
    if config.enabled and config.dynamic == "auto":
        yield Found(
            "The setting dynamic is auto.",
            "Set dynamic to true to use one graph for all shapes from the start.",
            Fix("dynamic", "true"),
        )


@rule(Severity.WARNING, "scope", "enabled")
def whole_model_compiled(config: CompileConfig) -> Iterator[Found]:
    """The model's check for NaN causes a graph break: a longer warm-up and no more speed."""
    if config.enabled and config.scope == "model":
        yield Found("The whole model is compiled.", "Use the scope auto.", Fix("scope", "auto"))


@rule(Severity.ADVICE, "debug")
def debug_logging(config: CompileConfig) -> Iterator[Found]:
    """Torch logs every graph and guard, which slows compiling and fills the log."""
    if config.debug:
        yield Found(
            "Debug logging is on.",
            "Turn it off when you finish debugging.",
            Fix("debug", False),
        )


@rule(Severity.ADVICE, "small_values")
def small_values_erased(config: CompileConfig) -> Iterator[Found]:
    """A series of small values, such as returns or rates, becomes all zeros before the forecast."""
    if config.small_values == "clamp":
        yield Found(
            "Values below 0.001 are set to 0.",
            "Use rescale to keep them, or check that your data has none.",
            Fix("small_values", "rescale"),
        )


@rule(Severity.WARNING, "cache_dir")
def unexpanded_cache_dir(config: CompileConfig) -> Iterator[Found]:
    """Only a shell expands ~ and $. Torch creates a folder with that literal name."""
    if config.cache_dir.startswith("~") or "$" in config.cache_dir:
        meant = os.path.expandvars(os.path.expanduser(config.cache_dir))  # noqa: PTH111 - a text
        is_clear = not meant.startswith("~") and "$" not in meant
        yield Found(
            f"The cache directory is {quoted(config.cache_dir)}.",
            f"Write it out: {meant}." if is_clear else "Write it out.",
            Fix("cache_dir", meant) if is_clear else None,
        )


def kernels_without(config: CompileConfig, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the configured attention kernels without some; math if none is left."""
    return tuple(name for name in config.sdpa_backends if name not in names) or ("math",)


RULES: tuple[Rule[CompileConfig], ...] = rules_in(vars())
