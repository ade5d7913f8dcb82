import pytest

from engine.checks import check_config
from engine.config import PRESETS, CompileConfig
from engine.findings import Severity


@pytest.mark.parametrize("preset", ["production_eager", "production_compiled", "safest"])
def test_that_nothing_is_said_against_the_presets_for_production(preset: str) -> None:
    assert check_config(PRESETS[preset]) == ()


@pytest.mark.parametrize(
    ("config", "severity", "variable", "word"),
    [
        (
            CompileConfig(enabled=True, mode="max-autotune"),
            Severity.WARNING,
            "CHRONOS_COMPILE_MODE",
            "max-autotune",
        ),
        (
            CompileConfig(enabled=True, mode="max-autotune-no-cudagraphs"),
            Severity.WARNING,
            "CHRONOS_COMPILE_MODE",
            "max-autotune-no-cudagraphs",
        ),
        (CompileConfig(dtype="bfloat16"), Severity.WARNING, "CHRONOS_DTYPE", "bfloat16"),
        (CompileConfig(dtype="float16"), Severity.WARNING, "CHRONOS_DTYPE", "float16"),
        (
            CompileConfig(enabled=True, backend="aot_eager"),
            Severity.ADVICE,
            "CHRONOS_COMPILE_BACKEND",
            "no speed",
        ),
        (
            CompileConfig(attention="sdpa", sdpa_backends=("math", "mem_efficient")),
            Severity.WARNING,
            "CHRONOS_SDPA_BACKENDS",
            "math,mem_efficient",
        ),
    ],
)
def test_that_an_unwise_setting_is_named_with_its_remedy(
    config: CompileConfig, severity: Severity, variable: str, word: str
) -> None:
    (finding,) = check_config(config)
    assert (finding.severity, finding.subject) == (severity, variable)
    assert word in finding.what
    assert finding.remedy


def test_that_flash_attention_with_float32_is_a_warning_of_its_own() -> None:
    config = CompileConfig(attention="sdpa", sdpa_backends=("flash",))
    assert any("flash kernel takes no float32" in finding.what for finding in check_config(config))
    half = check_config(config.replace(dtype="bfloat16"))
    assert not any("float32, so" in finding.what for finding in half)


def test_that_settings_without_effect_are_not_held_against_anyone() -> None:
    config = CompileConfig(
        enabled=False, mode="max-autotune", backend="aot_eager", sdpa_backends=("flash",)
    )
    assert check_config(config) == ()


def test_that_the_worst_comes_first() -> None:
    findings = check_config(CompileConfig(enabled=True, backend="aot_eager", dtype="float16"))
    assert [finding.severity for finding in findings] == [Severity.WARNING, Severity.ADVICE]
