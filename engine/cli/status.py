"""`chronos-panel status`: the settings in force and the machine."""

from rich.table import Table

from engine.check.job import DescribeMachine
from engine.check.rules.checker import check_config
from engine.config.settings import SETTINGS, allowed_values
from engine.config.values import to_text
from engine.results.machine import MachineDescription
from engine.runtime.outcome import Outcome
from engine.terminal.console import notice, output, results
from engine.terminal.documents import print_json
from engine.terminal.job_runner import run_job
from engine.terminal.options import (
    Demo,
    EnvFile,
    Json,
    Model,
    Options,
    Preset,
    Resolved,
    Set,
    Verbose,
    resolve,
)


def status(
    json: Json = False,
    env_file: EnvFile = None,
    preset: Preset = None,
    change: Set = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
) -> None:
    """Show the settings in force, the source of each, and the machine.

    Examples:
        chronos-panel status

        TORCH_COMPILED=1 chronos-panel status --json

        chronos-panel status --env-file production.env
    """
    resolved = resolve(env_file, preset, change, Options(model, demo))
    outcome = Outcome()
    run_job(DescribeMachine(), outcome, verbose=verbose)
    machine = outcome.machine
    if machine is None:
        raise RuntimeError("The worker described no machine")
    findings = (*resolved.findings, *check_config(resolved.config))
    if json:
        print_json(
            {
                "settings": _settings_document(resolved),
                "findings": findings,
                "machine": machine,
            }
        )
        return
    with output():
        results.print(_settings_table(resolved))
        results.print(_machine_table(machine))
    for finding in findings:
        notice(finding)


def _settings_document(resolved: Resolved) -> list[dict[str, object]]:
    """Return the settings for JSON, in table order."""
    return [
        {
            "setting": name,
            "variable": setting.variable,
            "value": getattr(resolved.config, name),
            "source": resolved.sources[name],
            "allowed": allowed_values(name),
            "help": setting.help,
            "risk": setting.risk,
        }
        for name, setting in SETTINGS.items()
    ]


def _settings_table(resolved: Resolved) -> Table:
    """Return the settings as a table for people."""
    table = Table("Setting", box=None, pad_edge=False)
    table.add_column("Value", overflow="fold")
    table.add_column("From")
    table.add_column("Variable", no_wrap=True)
    for name, setting in SETTINGS.items():
        value = to_text(getattr(resolved.config, name))
        table.add_row(name, value, resolved.sources[name], setting.variable)
    return table


def _machine_table(machine: MachineDescription) -> Table:
    """Return the machine as a table for people."""
    table = Table("Machine", "", box=None, pad_edge=False)
    gpus = [
        f"{gpu.name}, {gpu.memory / 1e9:.0f} GB, capability {gpu.capability}"
        for gpu in machine.gpus
    ]
    rows = {
        "PyTorch": machine.torch,
        "Chronos": f"{machine.chronos} (transformers {machine.transformers})",
        "Python": machine.python,
        "System": machine.system,
        "Processor": f"{machine.processor}, {machine.cores} cores",
        "Memory": f"{machine.free_memory / 1e9:.1f} of {machine.memory / 1e9:.1f} GB free",
        "GPU": "; ".join(gpus) or "none",
        "C++ compiler": machine.cxx_compiler or "none (compiling for a CPU needs one)",
    }
    for name, text in rows.items():
        table.add_row(name, text)
    return table
