"""Find what is wrong or unwise about a configuration on this machine, by rules.

A rule is a small function that judges plain values, one for each thing to say; gathering those
values is `engine.check.run`. Nothing here knows torch.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from engine.base.findings import Finding, Severity
from engine.check.facts import Facts
from engine.check.rules import (
    cache_rules,
    environment_rules,
    machine_rules,
    model_rules,
    settings_rules,
)
from engine.check.rules.machine_rules import COMPILE_OFF
from engine.check.rules.rule import Rule
from engine.config.settings import SETTINGS, CompileConfig

SETTINGS_RULES: tuple[Rule[CompileConfig], ...] = settings_rules.RULES
"""The rules that need to know nothing but the configuration."""

FACTS_RULES: tuple[Rule[Facts], ...] = (
    *environment_rules.RULES,
    *machine_rules.RULES,
    *cache_rules.RULES,
    *model_rules.RULES,
)
"""The rules over the configuration's surroundings."""

DISAGREES = environment_rules.environment_disagrees.name
SWITCHES = {SETTINGS["enabled"].variable, *SETTINGS["enabled"].older_variables}

WHEN_COMPILED = "when compiled"
"""Where a finding stands that does not hold yet."""

RULES: tuple[Rule[Any], ...] = (*SETTINGS_RULES, *FACTS_RULES)
"""All rules."""


def check_config(config: CompileConfig) -> tuple[Finding, ...]:
    """Return what is unwise about a configuration on any machine, worst first."""
    return worst_first(finding for rule in SETTINGS_RULES for finding in rule.findings(config))


def check(facts: Facts) -> tuple[Finding, ...]:
    """Return what is wrong or unwise about a configuration in its surroundings, worst first.

    What the settings alone tell gives way to a finding as grave that has the same fix: it
    says more.
    """
    around = [finding for rule in FACTS_RULES for finding in rule.findings(facts)]
    said = {(finding.severity, finding.fix) for finding in around if finding.fix is not None}
    alone = (one for one in check_config(facts.config) if (one.severity, one.fix) not in said)
    return worst_first([*alone, *around])


def check_ahead(
    judge: Callable[[CompileConfig], tuple[Finding, ...]], config: CompileConfig
) -> tuple[Finding, ...]:
    """Return what is wrong or unwise about a configuration, and what would be if it were compiled.

    Args:
        judge: Judges a configuration.
        config: The configuration; what holds only once it is compiled says so.
    """
    found = judge(config)
    if config.enabled:
        return found
    known = {(finding.rule, finding.subject) for finding in found}
    later = (
        _when_compiled(finding)
        for finding in judge(config.replace(enabled=True))
        if (finding.rule, finding.subject) not in known
        # That the environment switches it off is no contradiction while it is off.
        and not (finding.rule == DISAGREES and finding.subject in SWITCHES)
    )
    return worst_first([*found, *later])


def _when_compiled(finding: Finding) -> Finding:
    """Return a finding that does not hold yet; what is off already cannot be switched off."""
    if finding.fix == COMPILE_OFF:
        remedy = finding.remedy.replace("switch compilation off", "leave compilation off")
        remedy = remedy.replace("Switch compilation off", "Leave compilation off")
        finding = dataclasses.replace(finding, remedy=remedy, fix=None)
    return dataclasses.replace(finding, where=(*finding.where, WHEN_COMPILED))


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, and otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))
