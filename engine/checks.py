"""Rules over a configuration: what is allowed but unwise."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.config import SETTINGS, CompileConfig
from engine.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to say about some configurations.

    Attributes:
        setting: The setting to change, a field of `CompileConfig`.
        severity: How much it matters.
        applies: Whether a configuration is one of them.
        what: What is unwise, a full sentence; `{value}` stands for the setting's value.
        remedy: What to do instead, a full sentence.
    """

    setting: str
    severity: Severity
    applies: Callable[[CompileConfig], bool]
    what: str
    remedy: str


RULES = (
    Rule(
        "mode",
        Severity.WARNING,
        lambda config: config.enabled and config.mode.startswith("max-autotune"),
        "The mode {value} is not stable enough for production, and tries kernels for minutes.",
        "Use reduce-overhead or default.",
    ),
    Rule(
        "dtype",
        Severity.WARNING,
        lambda config: config.dtype != "float32",
        "{value} is less exact than float32.",
        "Use float32, or compare the two on your own data first.",
    ),
    Rule(
        "backend",
        Severity.ADVICE,
        lambda config: config.enabled and config.backend == "aot_eager",
        "The backend aot_eager generates no code, so that compiling brings no speed.",
        "Use inductor, unless you are looking for the cause of a fault.",
    ),
    Rule(
        "sdpa_backends",
        Severity.WARNING,
        lambda config: config.attention == "sdpa" and config.sdpa_backends != ("math",),
        "The attention kernels {value} can crash or change forecasts; only math is exact "
        "everywhere.",
        "Use math alone, or eager attention.",
    ),
    Rule(
        "sdpa_backends",
        Severity.WARNING,
        lambda config: (
            config.attention == "sdpa"
            and "flash" in config.sdpa_backends
            and config.dtype == "float32"
        ),
        "On a GPU the flash kernel takes no float32, so that it is passed over, and forecasting "
        "fails if it is the only kernel allowed.",
        "Leave flash out, or add math.",
    ),
)


def check_config(config: CompileConfig) -> tuple[Finding, ...]:
    """What is unwise about a configuration, worst first."""
    findings = [_finding(rule, config) for rule in RULES if rule.applies(config)]
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))


def _finding(rule: Rule, config: CompileConfig) -> Finding:
    variable = SETTINGS[rule.setting].variable
    value = config.to_env()[variable]
    return Finding(rule.severity, variable, rule.what.format(value=value), remedy=rule.remedy)
