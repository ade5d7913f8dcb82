"""The options that commands share, and the configuration that they add up to."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.base.errors import UserError
from engine.base.escaping import quoted
from engine.base.findings import Finding, Severity
from engine.config import env_file as envfile
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, ConfigError, from_text
from engine.config.variables import read_values, setting_by_any_name, source_variable
from engine.data.samples import sample

CONFIGURATION = "Configuration"

EnvFile = Annotated[
    Path | None,
    typer.Option(
        "--env-file",
        help="Read settings from this env file; it overrides the environment.",
        rich_help_panel=CONFIGURATION,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help=f"Start from a preset: {', '.join(PRESETS)}.",
        rich_help_panel=CONFIGURATION,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=f"Change one setting; may be repeated. NAME is one of {', '.join(SETTINGS)}, "
        "or its variable.",
        rich_help_panel=CONFIGURATION,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="demo, a folder, or a hub id such as amazon/chronos-2.",
        rich_help_panel=CONFIGURATION,
    ),
]
Demo = Annotated[
    bool,
    typer.Option("--demo", help="Use the embedded demo model.", rich_help_panel=CONFIGURATION),
]
ContextLength = Annotated[
    str | None,
    typer.Option(
        "--context-length",
        metavar="auto|STEPS",
        help="Steps of history that the model reads, at most; auto: the model's limit.",
        rich_help_panel=CONFIGURATION,
    ),
]
BatchSize = Annotated[
    str | None,
    typer.Option(
        "--batch-size",
        metavar="auto|ROWS",
        help="Rows that pass through the model together, at most; auto: a fast size.",
        rich_help_panel=CONFIGURATION,
    ),
]
Horizon = Annotated[int, typer.Option("--horizon", min=1, help="Steps to forecast.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show the log on standard error.")]


@dataclass(frozen=True, slots=True)
class Options:
    """Options that each name one setting; None or False for those that are not given."""

    model: str | None = None
    demo: bool = False
    context_length: str | None = None
    batch_size: str | None = None

    def read(self) -> tuple[dict[str, Any], list[Finding]]:
        """Return the settings that they name, and findings about the wrong ones."""
        values: dict[str, Any] = {}
        wrong: list[Finding] = []
        if self.demo and self.model not in (None, "demo"):
            contradiction = f"--demo and --model {self.model} contradict each other."
            wrong.append(_mistake("--model", contradiction, "Leave one out."))
        if self.demo or self.model is not None:
            values["model"] = "demo" if self.demo else self.model
        for name in ("context_length", "batch_size"):
            text = getattr(self, name)
            if text is not None:
                _read_into(values, wrong, name, text, called=f"--{name.replace('_', '-')}")
        return values, wrong


@dataclass(frozen=True, slots=True)
class Resolved:
    """A configuration, and the source of each setting.

    Attributes:
        config: The configuration.
        sources: Field name -> "default", "environment", "env file", "preset" or "option".
        findings: Warnings about the sources.
        env_file: All variables of the env file, settings or not.
    """

    config: CompileConfig
    sources: Mapping[str, str]
    findings: tuple[Finding, ...]
    env_file: Mapping[str, str]


def resolve(
    env_file: Path | None,
    preset: str | None,
    changes: list[str] | None,
    options: Options,
    recorded: Mapping[str, str] | None = None,
) -> Resolved:
    """Combine defaults, environment, env file, preset and options; each overrides the one before.

    The settings of a recorded case stand in for the environment.

    Raises:
        UserError: Values are wrong; the error names all of them.
    """
    values: dict[str, Any] = {}
    sources = dict.fromkeys(SETTINGS, "default")
    mistakes: list[Finding] = []
    findings: tuple[Finding, ...] = ()

    def override(more: Mapping[str, Any], source: str) -> None:
        values.update(more)
        sources.update(dict.fromkeys(more, source))

    file_variables: dict[str, str] = {}
    if env_file is not None:
        file_variables, findings = envfile.read(env_file)
    # A wrong value in the environment does no harm where the file overrides it.
    overridden = {
        variable
        for setting in SETTINGS.values()
        if source_variable(setting, file_variables)
        for variable in (setting.variable, *setting.older_variables)
    }
    surroundings = os.environ if recorded is None else recorded
    environment = {name: text for name, text in surroundings.items() if name not in overridden}
    for variables, source in ((environment, "environment"), (file_variables, "env file")):
        found, not_allowed = read_values(variables)
        override(found, source)
        mistakes += not_allowed
    if preset is not None:
        chosen, not_a_preset = _read_preset(preset)
        override(chosen, "preset")
        mistakes += not_a_preset
    for chosen, wrong in (options.read(), _read_changes(changes or [])):
        override(chosen, "option")
        mistakes += wrong
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return Resolved(CompileConfig(**values), sources, findings, file_variables)


def series_file(data: Path | None, demo: bool) -> Path:
    """Return the file of series to forecast; the sample data with `--demo` if none is named.

    Raises:
        UserError: There is none, or it is a pipe.
    """
    if data is None and not demo:
        raise UserError(
            "There is no file to forecast.", "Name a CSV file, or use --demo for sample data."
        )
    return data_file(data or sample())


def data_file(path: Path) -> Path:
    """Return a file of series, which another process reads more than once.

    Raises:
        UserError: It is a pipe.
    """
    if path == Path("-") or path.is_fifo() or path.is_char_device() or path.is_socket():
        raise UserError(
            f"{path} is a pipe. The data are read more than once.",
            "Save the output of the pipe to a file, and name the file.",
        )
    return path


def _read_preset(text: str) -> tuple[dict[str, Any], list[Finding]]:
    """Return the settings of a preset, and a finding if there is no such preset."""
    key = preset_key(text)
    if key not in PRESETS:
        known = f"The presets are {', '.join(PRESETS)}."
        return {}, [_mistake("--preset", f"There is no preset {quoted(text)}.", known)]
    chosen = dataclasses.asdict(PRESETS[key])
    # A preset sets neither the model nor the folder of compiled code.
    del chosen["model"], chosen["cache_dir"]
    return chosen, []


def preset_key(text: str) -> str:
    """Return a preset's name as the table of presets has it."""
    return text.strip().lower().replace("-", "_")


def _mistake(option: str, what: str, remedy: str) -> Finding:
    """Return the finding about a wrong option."""
    return Finding(Severity.ERROR, option, what, remedy=remedy)


def _read_changes(changes: list[str]) -> tuple[dict[str, Any], list[Finding]]:
    """Return the settings of `--set` options, and findings about the wrong ones."""
    values: dict[str, Any] = {}
    wrong: list[Finding] = []
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            remedy = f"Write --set {name}=VALUE."
            wrong.append(_mistake("--set", f"--set {change} has no value.", remedy))
            continue
        try:
            field = setting_by_any_name(name)
        except ConfigError as error:
            wrong += error.findings
            continue
        _read_into(values, wrong, field, text, called=name)
    return values, wrong


def _read_into(
    values: dict[str, Any], wrong: list[Finding], name: str, text: str, called: str
) -> None:
    """Add the value of a setting to the values, or what is wrong with it to the findings."""
    try:
        values[name] = from_text(name, text, called=called)
    except ConfigError as error:
        wrong += error.findings
