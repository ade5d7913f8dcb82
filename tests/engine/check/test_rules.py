"""Every rule, on facts that it has something to say about and on facts that it has not."""

import dataclasses
import pickle
from typing import Any

import pytest

from engine.base.findings import Finding, Fix, Severity
from engine.check.facts import Facts
from engine.check.rules.checker import (
    RULES,
    SETTINGS_RULES,
    WHEN_COMPILED,
    check,
    check_ahead,
    check_config,
)
from engine.check.rules.rule import Rule
from engine.config import settings as table
from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from tests.support.rule_pairs import ENVIRONMENT, PAIRS, SETTINGS
from tests.support.surroundings import NOTHING_TO_SAY, mended, on_cpu, on_gpu

SENTENCE_ENDS = (".", "?")


def found_by(rule: str, facts: Facts) -> list[Finding]:
    return [finding for finding in check(facts) if finding.rule == rule]


def test_that_every_rule_has_a_pair_of_facts() -> None:
    assert list(PAIRS) == [rule.name for rule in RULES]


def test_that_there_is_nothing_to_say_about_a_sound_machine() -> None:
    assert check(NOTHING_TO_SAY) == ()
    assert check(on_gpu()) == ()
    assert check(on_gpu(enabled=True, mode="default")) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_that_a_rule_says_why_it_matters_in_a_sentence(rule: Rule[Any]) -> None:
    assert rule.why.endswith(".")
    assert rule.why[0].isupper()
    assert "\n" not in rule.why
    assert set(rule.settings) <= set(table.SETTINGS)
    assert rule.settings


@pytest.mark.parametrize("name", PAIRS)
def test_that_a_rule_finds_what_it_is_about(name: str) -> None:
    findings = found_by(name, PAIRS[name][0])
    assert findings
    for finding in findings:
        assert finding.what.endswith(SENTENCE_ENDS)
        assert finding.remedy.endswith(SENTENCE_ENDS)
        assert finding.subject
        assert pickle.loads(pickle.dumps(finding)) == finding


@pytest.mark.parametrize("name", PAIRS)
def test_that_a_rule_is_silent_where_all_is_well(name: str) -> None:
    assert not found_by(name, PAIRS[name][1])


@pytest.mark.parametrize("name", PAIRS)
def test_that_a_fix_clears_its_finding(name: str) -> None:
    facts = PAIRS[name][0]
    for finding in found_by(name, facts):
        if finding.fix is not None:
            assert finding.fix.setting in table.SETTINGS
            assert not found_by(name, mended(facts, finding.fix))


@pytest.mark.parametrize("name", SETTINGS)
def test_that_what_settings_alone_cause_can_be_fixed_by_a_setting(name: str) -> None:
    assert all(finding.fix for finding in found_by(name, PAIRS[name][0]))


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_that_what_a_variable_causes_is_told_of_that_variable(name: str) -> None:
    facts = PAIRS[name][0]
    assert {finding.subject for finding in found_by(name, facts)} <= set(facts.variables)


def test_that_rules_without_a_fix_are_those_that_no_setting_can_mend() -> None:
    unmendable = {
        name
        for name, (facts, _) in PAIRS.items()
        if not any(finding.fix for finding in found_by(name, facts))
    }
    assert unmendable == {
        *ENVIRONMENT,
        "untested-version",
        "device-not-there",
        "gpu-left-unused",
        "gpu-without-kernels",
        "driver-too-old",
        "bfloat16-would-be-faster",  # less exact: not to be had by one click
        "cache-older-than-torch",
        "demo-model",
        "model-unusable",
        "model-not-here-and-offline",
        "model-not-here-yet",
        "model-too-large",
    }


def test_that_rules_over_settings_need_only_the_settings() -> None:
    for name in SETTINGS:
        facts = PAIRS[name][0]
        assert found_by(name, facts) == [
            finding for finding in check_config(facts.config) if finding.rule == name
        ]
    assert [rule.name for rule in SETTINGS_RULES] == list(SETTINGS)


@pytest.mark.parametrize("preset", ["production_eager", "production_compiled", "safest"])
def test_that_nothing_is_said_against_the_presets_for_production(preset: str) -> None:
    assert check_config(PRESETS[preset]) == ()


def test_that_settings_without_effect_are_not_held_against_anyone() -> None:
    without_effect = CompileConfig(
        enabled=False, mode="max-autotune", backend="aot_eager", sdpa_backends=("flash",)
    )
    assert check_config(without_effect) == ()


def test_that_the_worst_comes_first() -> None:
    facts = on_cpu(enabled=True, dtype="bfloat16", dynamic="auto", machine={"cxx_compiler": None})
    severities = [finding.severity for finding in check(facts)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)


def test_that_a_finding_reads_as_what_why_and_remedy() -> None:
    (finding,) = check_config(CompileConfig(dtype="float16"))
    assert str(finding) == f"{finding.what} {finding.why} {finding.remedy}"


@pytest.mark.parametrize(
    ("device", "name"),
    [("auto", "NVIDIA H100"), ("cuda", "NVIDIA H100"), ("cuda:0", "NVIDIA H100"), ("cpu", None)],
)
def test_that_the_device_decides_about_the_gpu(device: str, name: str | None) -> None:
    gpu = on_gpu(device=device).gpu
    assert (gpu and gpu.name) == name


def test_that_the_missing_device_is_explained_by_its_cause() -> None:
    remedies = [
        found_by("device-not-there", facts)[0].remedy
        for facts in (
            on_cpu(device="cuda"),
            on_gpu(device="cuda", machine={"gpus": (), "driver": None}),
            on_gpu(device="cuda:7"),
        )
    ]
    assert "CUDA build" in remedies[0]
    assert "driver" in remedies[1]
    assert "Use a GPU that exists" in remedies[2]


def test_that_a_folder_is_only_recommended_where_one_is_known() -> None:
    facts = on_cpu(enabled=True, cache={"writable": False}, better_cache_dir=None)
    (finding,) = found_by("cache-dir-not-writable", facts)
    assert finding.fix is None
    assert finding.remedy == "Use a folder of your own."


def test_that_every_kind_of_unlike_shapes_of_cuda_graphs_can_be_left() -> None:
    """Also with the backend cudagraphs, which no mode can calm."""
    facts = on_gpu(enabled=True, backend="cudagraphs")
    (finding,) = found_by("one-recording-per-shape", facts)
    assert finding.fix is None
    assert "inductor" in finding.remedy


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_that_one_fix_is_offered_once(dtype: str) -> None:
    (finding,) = check(on_cpu(dtype=dtype))
    assert "CPU" in finding.what
    assert "less exact" in finding.why


def test_that_a_relative_folder_that_will_not_do_is_not_made_absolute() -> None:
    facts = on_cpu(enabled=True, mode="default", cache_dir="compiled", cache={"temporary": True})
    (finding,) = check(facts)
    assert finding.rule == "cache-dir-temporary"
    assert finding.fix is not None
    assert finding.fix.value == facts.better_cache_dir


def test_that_what_holds_once_it_is_compiled_is_said_ahead_of_it() -> None:
    facts = on_cpu(enabled=False, mode="max-autotune", machine={"cxx_compiler": None})

    def judge(config: CompileConfig) -> tuple[Finding, ...]:
        return check(dataclasses.replace(facts, config=config))

    eager = facts.config
    assert {finding.rule for finding in judge(eager)} == set()
    ahead = check_ahead(judge, eager)
    assert {"max-autotune", "no-cxx-compiler"} <= {finding.rule for finding in ahead}
    assert all(WHEN_COMPILED in finding.where for finding in ahead)
    # What is off already cannot be mended by switching it off.
    assert not any(finding.fix == Fix("enabled", False) for finding in ahead)
    assert not any("switch compilation off" in finding.remedy for finding in ahead)
    # Nor is an environment that switches it off at odds with that.
    facts = on_cpu(enabled=False, environment={"TORCH_COMPILED": "0"})
    assert "environment-disagrees" not in {one.rule for one in check_ahead(judge, facts.config)}
    compiled = eager.replace(enabled=True)
    assert "environment-disagrees" in {one.rule for one in judge(compiled)}
    assert check_ahead(judge, compiled) == judge(compiled)
    # What holds either way is said once, and as it is.
    half = check_ahead(check_config, eager.replace(dtype="bfloat16"))
    (finding,) = (one for one in half if one.rule == "half-precision")
    assert finding.where == ()
