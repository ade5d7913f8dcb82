"""The compile configuration: one table of settings, and everything derived from it.

A setting is a field of `CompileConfig`; its `Setting` annotation carries the environment
variable, the help and the risk. Env files, the command line, the checks and the window's
form read that table; nothing about a setting is written down a second time.
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, get_type_hints

from engine.base.findings import Finding
from engine.config import values
from engine.config.values import ConfigError, Count, Value, to_text

Mode = Literal["default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs"]
Backend = Literal["inductor", "aot_eager", "cudagraphs"]
Dtype = Literal["float32", "bfloat16", "float16"]
Attention = Literal["eager", "sdpa"]
SdpaBackend = Literal["math", "mem_efficient", "flash", "cudnn"]
SmallValues = Literal["auto", "clamp", "rescale", "keep"]
Scope = Literal["auto", "model", "encoder", "blocks"]
Dynamic = Literal["auto", "true", "false"]
Encoder = Literal["stock", "fused"]
Quantization = Literal["none", "int8"]
MatmulPrecision = Literal["highest", "high"]
NewShapes = Literal["compile", "eager"]
__all__ = [
    "NO_ARTIFACT", "SETTINGS", "VARIABLES", "Attention", "Backend", "CompileConfig", "ConfigError",
    "Dtype", "Dynamic", "Encoder", "MatmulPrecision", "Mode", "NewShapes", "Quantization", "Risk",
    "Scope", "SdpaBackend", "Setting", "SmallValues", "allowed_values", "from_text", "is_count",
    "is_list",
]  # fmt: skip

NO_ARTIFACT = "none"
"""Value of the setting `artifact` without an artifact."""

CUDA_GRAPH_MODES = ("reduce-overhead", "max-autotune")


class Risk(StrEnum):
    """How likely a change of the setting is to change forecasts or stability."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the world calls a field of `CompileConfig`.

    Attributes:
        variable: The environment variable that carries it.
        title: Its name for people.
        help: What it does, one or two sentences.
        risk: How likely a change is to change forecasts or stability.
        older_variables: Names that are read, but never written, when `variable` is not set.
    """

    variable: str
    title: str
    help: str
    risk: Risk
    older_variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileConfig:
    """How Chronos-2 is run: eager or compiled, and everything that decides about it.

    The field order is the order of forms, files and tables. A value may be given as its type
    or as the text that its environment variable would hold.

    Raises:
        ConfigError: Values are not allowed; all of them are named at once.
    """

    enabled: Annotated[
        bool,
        Setting(
            "TORCH_COMPILED",
            "Compile",
            "Run the model through torch.compile, in every program that is given these settings. "
            "The first forecast then takes tens of seconds.",
            Risk.MEDIUM,
            older_variables=("CHRONOS_COMPILE",),
        ),
    ] = False
    mode: Annotated[
        Mode,
        Setting(
            "CHRONOS_COMPILE_MODE",
            "Mode",
            "What torch.compile optimises for. reduce-overhead adds CUDA graphs "
            "(same as default on a CPU). max-autotune tries many kernels first.",
            Risk.MEDIUM,
        ),
    ] = "reduce-overhead"
    backend: Annotated[
        Backend,
        Setting(
            "CHRONOS_COMPILE_BACKEND",
            "Backend",
            "How the captured graph is run. inductor generates kernels; "
            "aot_eager only captures, for debugging; cudagraphs replays eager kernels.",
            Risk.MEDIUM,
        ),
    ] = "inductor"
    dtype: Annotated[
        Dtype,
        Setting(
            "CHRONOS_DTYPE",
            "Data type",
            "Number format of weights and activations. The half precisions are less exact.",
            Risk.HIGH,
        ),
    ] = "float32"
    cache_dir: Annotated[
        str,
        Setting(
            "TORCHINDUCTOR_CACHE_DIR",
            "Cache directory",
            "Folder for compiled code, which makes the next start a warm start. "
            "Code in it is executed, so a folder that other users can write to is not used.",
            Risk.LOW,
        ),
    ] = "compiled_models/chronos2_torch_inductor"
    debug: Annotated[
        bool,
        Setting(
            "CHRONOS_INDUCTOR_DEBUG",
            "Debug logging",
            "Log what torch.compile does: graphs, recompiles and their reasons. Slow.",
            Risk.LOW,
        ),
    ] = False
    attention: Annotated[
        Attention,
        Setting(
            "CHRONOS_ATTN_IMPLEMENTATION",
            "Attention",
            "How attention is computed: plain matrix products (eager) or PyTorch's "
            "scaled-dot-product kernels (sdpa).",
            Risk.MEDIUM,
        ),
    ] = "eager"
    sdpa_backends: Annotated[
        tuple[SdpaBackend, ...],
        Setting(
            "CHRONOS_SDPA_BACKENDS",
            "SDPA kernels",
            "Kernels that scaled-dot-product attention may choose from, separated by commas. "
            "Only math is exact everywhere. Without effect when attention is eager.",
            Risk.MEDIUM,
        ),
    ] = ("math",)
    small_values: Annotated[
        SmallValues,
        Setting(
            "CHRONOS_SMALL_VALUES",
            "Small values",
            "How values below 0.001 are handled: clamp sets them to 0, rescale multiplies their "
            "series by a power of two and divides the forecast back, keep does nothing. "
            "auto clamps when compiled and keeps when eager.",
            Risk.MEDIUM,
        ),
    ] = "auto"
    scope: Annotated[
        Scope,
        Setting(
            "CHRONOS_COMPILE_SCOPE",
            "Compile scope",
            "What is compiled: the whole model, its encoder, or the encoder's blocks, which share "
            "one graph. auto compiles the blocks, or the encoder if CUDA graphs are used.",
            Risk.LOW,
        ),
    ] = "auto"
    dynamic: Annotated[
        Dynamic,
        Setting(
            "CHRONOS_COMPILE_DYNAMIC",
            "Dynamic shapes",
            "Whether one graph serves all batch sizes and lengths (true), each shape gets its own "
            "(false), or torch decides after the first change (auto).",
            Risk.LOW,
        ),
    ] = "true"
    new_shapes: Annotated[
        NewShapes,
        Setting(
            "CHRONOS_NEW_SHAPES",
            "New shapes",
            "What a call does if its shape needs other code than the first call: compile it, which "
            "takes tens of seconds, or run eager code, so that only the first call waits.",
            Risk.NONE,
        ),
    ] = "compile"
    encoder: Annotated[
        Encoder,
        Setting(
            "CHRONOS_ENCODER",
            "Encoder",
            "stock is the library's encoder. fused computes the same on the same weights in fewer "
            "operations. With attention eager, it uses the fastest kernels of all.",
            Risk.LOW,
        ),
    ] = "stock"
    quantization: Annotated[
        Quantization,
        Setting(
            "CHRONOS_QUANTIZATION",
            "Quantization",
            "int8 computes the encoder's linear layers in integers, on a CPU and in float32 only. "
            "It is the fastest and the least exact: the forecast of a series depends on the "
            "others of its batch.",
            Risk.HIGH,
        ),
    ] = "none"
    matmul_precision: Annotated[
        MatmulPrecision,
        Setting(
            "CHRONOS_MATMUL_PRECISION",
            "Matrix products",
            "How a GPU multiplies matrices in float32. high uses TF32, which is faster and keeps "
            "10 of 23 bits. Without effect on a CPU and in half precision.",
            Risk.HIGH,
        ),
    ] = "highest"
    batch_size: Annotated[
        Count,
        Setting(
            "CHRONOS_BATCH_SIZE",
            "Batch size",
            "Rows (targets and covariates) that pass through the model together, at most. auto "
            "finds a fast size that fits in memory.",
            Risk.LOW,
        ),
    ] = None
    context_length: Annotated[
        Count,
        Setting(
            "CHRONOS_CONTEXT_LENGTH",
            "Context length",
            "Steps of history that the model reads, at most. auto is the limit of the model. A "
            "shorter context is faster and may be less accurate.",
            Risk.HIGH,
        ),
    ] = None
    artifact: Annotated[
        str,
        Setting(
            "CHRONOS_ARTIFACT",
            "Artifact",
            "Folder of code that `chronos-panel compile` made, or none. If compilation is on, its "
            "code runs and nothing is compiled. It is executed, so a folder that other users can "
            "write to is not used.",
            Risk.MEDIUM,
        ),
    ] = NO_ARTIFACT
    model: Annotated[
        str,
        Setting(
            "CHRONOS_MODEL",
            "Model",
            "The checkpoint: demo (embedded), a folder, or a hub id such as amazon/chronos-2.",
            Risk.HIGH,
        ),
    ] = "demo"

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        for name in SETTINGS:
            try:
                text = values.as_text(_TYPES[name], getattr(self, name), name)
                value = from_text(name, text, called=name)
                object.__setattr__(self, name, value)  # the class is frozen
            except ConfigError as error:
                findings.extend(error.findings)
        if findings:
            raise ConfigError(tuple(findings))

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the configuration from environment variables.

        Args:
            environment: The variables; those of the process (`process_variables`) if None.

        Raises:
            ConfigError: Values are not allowed; all of them are named at once.
        """
        # The module reads this table.
        from engine.config.variables import process_variables, read_values

        found, findings = read_values(process_variables() if environment is None else environment)
        if findings:
            raise ConfigError(findings)
        return cls(**found)

    def to_env(self) -> dict[str, str]:
        """Return the configuration as environment variables, in table order."""
        return {
            setting.variable: to_text(getattr(self, name)) for name, setting in SETTINGS.items()
        }

    def apply(self) -> None:
        """Set the process's environment variables to this configuration.

        CHRONOS_MODEL stays as it is unless this configuration names a model of its own: to
        apply a preset must not turn a production script's model into the demo.
        """
        environment = self.to_env()
        if self.model == CompileConfig().model:
            del environment[SETTINGS["model"].variable]
        os.environ.update(environment)

    def configure_torch_backends(self) -> None:
        """Allow exactly the configured attention kernels in the whole process.

        For scripts that run a model of their own; `Forecaster` does the same in a scope.
        """
        from engine.config.attention import allow_attention_kernels

        allow_attention_kernels(self.sdpa_backends)

    @property
    def small_value_policy(self) -> Literal["clamp", "rescale", "keep"]:
        """Return the small-value policy with `auto` resolved."""
        if self.small_values == "auto":
            return "clamp" if self.enabled else "keep"
        return self.small_values

    @property
    def asks_for_cuda_graphs(self) -> bool:
        """Say whether CUDA graphs are wanted if it is compiled, on any device."""
        return self.backend == "cudagraphs" or (
            self.backend == "inductor" and self.mode in CUDA_GRAPH_MODES
        )

    @property
    def compiles_ahead(self) -> bool:
        """Say whether the code of an artifact runs, so that torch compiles nothing."""
        return self.enabled and self.artifact != NO_ARTIFACT

    @property
    def plain(self) -> Self:
        """Return the configuration with the library's own code: not compiled, not rewritten."""
        return self.replace(enabled=False, encoder="stock", quantization="none")

    @property
    def of_model(self) -> tuple[str, str, str, str]:
        """Return what decides how a checkpoint is loaded, whether it is compiled or not."""
        return self.dtype, self.quantization, self.attention, self.encoder

    @property
    def precision(self) -> str:
        """Return the number format of the products: the dtype, or what takes its place."""
        if self.quantization != "none":
            return self.quantization
        return "tf32" if (self.dtype, self.matmul_precision) == ("float32", "high") else self.dtype

    @property
    def deciding(self) -> Self:
        """Return the settings that decide about results: not where code is kept."""
        return self.replace(cache_dir="-")

    def replace(self, **changes: Any) -> Self:
        """Return a validated copy with some settings changed."""
        return dataclasses.replace(self, **changes)


_TYPES: Mapping[str, Any] = get_type_hints(CompileConfig)


SETTINGS: Mapping[str, Setting] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(CompileConfig, include_extras=True).items()
}
"""The table: field name of `CompileConfig` -> what the world calls it."""


VARIABLES: Mapping[str, str] = {
    variable: name
    for name, setting in SETTINGS.items()
    for variable in (setting.variable, *setting.older_variables)
}
"""Every variable that is read -> the field that it sets."""


def allowed_values(name: str) -> tuple[str, ...] | None:
    """Return the values that a setting may have, as text; None if any text is valid."""
    return values.allowed(_TYPES[name])


def is_count(name: str) -> bool:
    """Say whether a setting is a number or `auto`."""
    return values.is_count(_TYPES[name])


def is_list(name: str) -> bool:
    """Say whether a setting holds several of its allowed values."""
    return values.is_list(_TYPES[name])


def from_text(name: str, text: str, called: str | None = None) -> Value:
    """Return a setting's value from the text of an environment variable.

    Args:
        name: The setting.
        text: The variable's value.
        called: The setting's name in an error; its variable if None.

    Raises:
        ConfigError: The text is not one of the allowed values.
    """
    return values.parse(_TYPES[name], text, called or SETTINGS[name].variable)
