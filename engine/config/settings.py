"""The compile configuration: one table of settings, and everything derived from it.

A setting is a field of `CompileConfig`; its `Setting` annotation carries the environment
variable, the help and the risk. Env files, the command line, the checks and the window's
form read that table; nothing about a setting is written down a second time.
"""

import dataclasses
import difflib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, get_args, get_origin, get_type_hints

from engine.base.errors import UserError
from engine.base.findings import Finding, Severity

TRUE_WORDS = ("1", "true", "yes", "on")


FALSE_WORDS = ("0", "false", "no", "off")


Mode = Literal["default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs"]


Backend = Literal["inductor", "aot_eager", "cudagraphs"]


Dtype = Literal["float32", "bfloat16", "float16"]


Attention = Literal["eager", "sdpa"]


SdpaBackend = Literal["math", "mem_efficient", "flash", "cudnn"]


SmallValues = Literal["auto", "clamp", "rescale", "keep"]


Scope = Literal["auto", "model", "encoder", "blocks"]


Dynamic = Literal["auto", "true", "false"]


CUDA_GRAPH_MODES = ("reduce-overhead", "max-autotune")


Value = bool | str | tuple[str, ...]


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
        process_level: Whether torch reads it only once, so that a change needs a new process.
        older_variables: Names that are read, but never written, when `variable` is not set.
    """

    variable: str
    title: str
    help: str
    risk: Risk
    process_level: bool = False
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
            "What torch.compile optimises for. reduce-overhead adds CUDA graphs, "
            "and equals default on a CPU; max-autotune tries many kernels first.",
            Risk.MEDIUM,
        ),
    ] = "reduce-overhead"
    backend: Annotated[
        Backend,
        Setting(
            "CHRONOS_COMPILE_BACKEND",
            "Backend",
            "Who turns the captured graph into code. inductor generates kernels; "
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
            "Folder in which compiled code is kept, so that the next start is warm. "
            "Code in it is executed: use a folder of your own.",
            Risk.LOW,
            process_level=True,
        ),
    ] = "compiled_models/chronos2_torch_inductor"
    debug: Annotated[
        bool,
        Setting(
            "CHRONOS_INDUCTOR_DEBUG",
            "Debug logging",
            "Log what torch.compile does: graphs, recompiles and their reasons. Slow.",
            Risk.LOW,
            process_level=True,
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
            "What happens to values below 0.001: clamp sets them to 0, rescale multiplies their "
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
            "one graph. auto takes blocks, and the encoder where CUDA graphs are used.",
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
                value = from_text(name, _as_text(name, getattr(self, name)), called=name)
                object.__setattr__(self, name, value)  # the class is frozen
            except ConfigError as error:
                findings.extend(error.findings)
        if findings:
            raise ConfigError(tuple(findings))

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Reads the configuration from environment variables.

        Args:
            environment: The variables; those of the process (`process_variables`) if None.

        Raises:
            ConfigError: Values are not allowed; all of them are named at once.
        """
        values, findings = read_values(process_variables() if environment is None else environment)
        if findings:
            raise ConfigError(findings)
        return cls(**values)

    def to_env(self) -> dict[str, str]:
        """The configuration as environment variables, in table order."""
        return {
            setting.variable: to_text(getattr(self, name)) for name, setting in SETTINGS.items()
        }

    def apply(self) -> None:
        """Sets the process's environment variables to this configuration.

        CHRONOS_MODEL stays as it is unless this configuration names a model of its own: to
        apply a preset must not turn a production script's model into the demo.
        """
        environment = self.to_env()
        if self.model == CompileConfig().model:
            del environment[SETTINGS["model"].variable]
        os.environ.update(environment)

    def configure_torch_backends(self) -> None:
        """Allows exactly the configured attention kernels in the whole process.

        For scripts that run a model of their own; `Forecaster` does the same in a scope.
        """
        from engine.config.attention import allow_attention_kernels

        allow_attention_kernels(self.sdpa_backends)

    @property
    def small_value_policy(self) -> Literal["clamp", "rescale", "keep"]:
        """The small-value policy with `auto` resolved."""
        if self.small_values == "auto":
            return "clamp" if self.enabled else "keep"
        return self.small_values

    @property
    def asks_for_cuda_graphs(self) -> bool:
        """Whether CUDA graphs are wanted if it is compiled, on any device."""
        return self.backend == "cudagraphs" or (
            self.backend == "inductor" and self.mode in CUDA_GRAPH_MODES
        )

    @property
    def deciding(self) -> Self:
        """The settings that decide about results: not where code is kept."""
        return self.replace(cache_dir="-")

    def replace(self, **changes: Any) -> Self:
        """A validated copy with some settings changed."""
        return dataclasses.replace(self, **changes)


class ConfigError(UserError):
    """Settings that are not allowed.

    Attributes:
        findings: One for each mistake.
    """

    def __init__(self, findings: tuple[Finding, ...], heading: str = "") -> None:
        lines = [heading] if heading else []
        super().__init__("\n".join([*lines, *(str(finding) for finding in findings)]))
        self.args = (findings, heading)  # so that it can be pickled
        self.findings = findings


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
    """The values that a setting may have, as text; None if any text will do."""
    kind = get_args(_TYPES[name])[0] if is_list(name) else _TYPES[name]
    if kind is bool:
        return ("0", "1")
    return get_args(kind) if get_origin(kind) is Literal else None


def is_list(name: str) -> bool:
    """Whether a setting holds several of its allowed values."""
    return get_origin(_TYPES[name]) is tuple


def to_text(value: Value) -> str:
    """A setting's value as an environment variable holds it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else ",".join(value)


def from_text(name: str, text: str, called: str | None = None) -> Value:
    """A setting's value from the text of an environment variable.

    Args:
        name: The setting.
        text: The variable's value.
        called: What to call the setting in an error; its variable if None.

    Raises:
        ConfigError: The text is not one of the allowed values.
    """
    called = called or SETTINGS[name].variable
    allowed = allowed_values(name)
    if allowed is None:
        return _free_text(called, text)
    if _TYPES[name] is bool:
        return _one_of(called, text, TRUE_WORDS + FALSE_WORDS) in TRUE_WORDS
    if is_list(name):
        return _several_of(called, text, allowed)
    return _one_of(called, text, allowed)


def process_variables() -> dict[str, str]:
    """The process's environment variables, without the cache folder that torch chose itself.

    Where nobody has set one, torch puts a folder that all users share into the environment as soon
    as it is imported.
    """
    variables, cache_dir = dict(os.environ), SETTINGS["cache_dir"].variable
    torchs = sys.modules.get("torch._inductor.runtime.cache_dir_utils")
    if torchs is not None and variables.get(cache_dir) == torchs.default_cache_dir():
        del variables[cache_dir]
    return variables


def read_values(environment: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Reads every setting that has a variable in the environment.

    An empty variable counts as not set, as in `TORCH_COMPILED= command`.

    Returns:
        The values that are allowed, by field name, and a finding for each one that is not.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, setting in SETTINGS.items():
        variable = source_variable(setting, environment)
        if variable is None:
            continue
        try:
            values[name] = from_text(name, environment[variable], called=variable)
        except ConfigError as error:
            findings.extend(error.findings)
    return values, tuple(findings)


def source_variable(setting: Setting, environment: Mapping[str, str]) -> str | None:
    """The variable that a setting would be read from; None if it keeps its default."""
    candidates = (setting.variable, *setting.older_variables)
    return next((variable for variable in candidates if environment.get(variable)), None)


def setting_by_any_name(text: str) -> str:
    """The field that a person means by a field name or a variable.

    Raises:
        ConfigError: There is no such setting.
    """
    names = {name: name for name in SETTINGS}
    names |= {variable.lower(): name for variable, name in VARIABLES.items()}
    key = text.strip().replace("-", "_").lower()
    if key in names:
        return names[key]
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    finding = Finding(
        Severity.ERROR,
        text,
        f"There is no setting {text!r}.{hint}",
        remedy=f"The settings are {', '.join(SETTINGS)}.",
    )
    raise ConfigError((finding,))


def nearest_variable(variable: str) -> str | None:
    """The variable of ours that an unknown one looks like a misspelling of."""
    # At 0.8 torch's own TORCH_COMPILE_DEBUG would look like TORCH_COMPILED.
    nearest = difflib.get_close_matches(variable.upper(), VARIABLES, n=1, cutoff=0.85)
    return nearest[0] if nearest else None


def _as_text(name: str, value: object) -> str:
    """The text of a value that Python code gave for a setting, whatever its type."""
    if isinstance(value, list | tuple) and is_list(name):
        return ",".join(str(part) for part in value)
    if isinstance(value, int) and _TYPES[name] is bool:
        return str(int(value))
    if isinstance(value, str | os.PathLike):
        return str(value)
    allowed = allowed_values(name)
    finding = Finding(
        Severity.ERROR,
        name,
        f"{name} is {value!r}, which is not allowed.",
        remedy=f"Use one of {', '.join(allowed)}." if allowed else "Give it as text.",
    )
    raise ConfigError((finding,))


def _free_text(called: str, text: str) -> str:
    trouble = _trouble_in(text)
    if trouble:
        finding = Finding(
            Severity.ERROR,
            called,
            f"{called} is {text!r}, which {trouble}.",
            remedy="Give it a value on one line of ordinary text.",
        )
        raise ConfigError((finding,))
    return text


def _trouble_in(text: str) -> str:
    """Why no environment variable, file or terminal could hold a text; empty if they can."""
    if not text.strip():
        return "is blank"
    if any(character in text for character in "\r\n"):
        return "holds a line break"
    if "\0" in text:
        return "holds a zero byte"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "is not valid Unicode"
    return ""


def _one_of(called: str, text: str, allowed: tuple[str, ...]) -> str:
    word = text.strip().lower()
    if word not in allowed:
        raise ConfigError((_not_allowed(called, text, allowed),))
    return word


def _several_of(called: str, text: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    parts = [part.strip().lower() for part in text.split(",")]
    wrong = [part for part in parts if part not in allowed]
    if wrong:
        raise ConfigError(tuple(_not_allowed(called, part, allowed) for part in wrong))
    return tuple(dict.fromkeys(parts))


def _not_allowed(called: str, text: str, allowed: tuple[str, ...]) -> Finding:
    nearest = difflib.get_close_matches(text.strip().lower(), allowed, n=1, cutoff=0.3)
    hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
    return Finding(
        Severity.ERROR,
        called,
        f"{called} is {text!r}, which is not allowed.",
        remedy=f"Use one of {', '.join(allowed)}{hint}.",
    )
