"""What is wrong or unwise about a configuration, here: rules over it and its surroundings.

A rule is a small function that judges plain values, one for each thing to say; gathering those
values is `engine.checking`. Nothing here knows torch.
"""

from collections.abc import Iterable
from typing import Any

from engine.checks import (
    cache_rules,
    environment_rules,
    machine_rules,
    model_rules,
    settings_rules,
)
from engine.checks.facts import Facts
from engine.checks.rule import Rule
from engine.config import CompileConfig
from engine.findings import Finding, Severity

SETTINGS_RULES: tuple[Rule[CompileConfig], ...] = settings_rules.RULES
"""The rules that need to know nothing but the configuration."""

FACTS_RULES: tuple[Rule[Facts], ...] = (
    *environment_rules.RULES,
    *machine_rules.RULES,
    *cache_rules.RULES,
    *model_rules.RULES,
)
"""The rules over the configuration's surroundings."""

RULES: tuple[Rule[Any], ...] = (*SETTINGS_RULES, *FACTS_RULES)
"""All rules."""


def check_config(config: CompileConfig) -> tuple[Finding, ...]:
    """What is unwise about a configuration on any machine, worst first."""
    return worst_first(finding for rule in SETTINGS_RULES for finding in rule.findings(config))


def check(facts: Facts) -> tuple[Finding, ...]:
    """What is wrong or unwise about a configuration in its surroundings, worst first.

    What the settings alone tell gives way to a finding as grave that has the same fix: it
    says more.
    """
    around = [finding for rule in FACTS_RULES for finding in rule.findings(facts)]
    said = {(finding.severity, finding.fix) for finding in around if finding.fix is not None}
    alone = (one for one in check_config(facts.config) if (one.severity, one.fix) not in said)
    return worst_first([*alone, *around])


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, and otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))
