"""Run the jobs of the check: gather the facts, and have the rules judge them.

The model is looked for and not loaded, so a check takes seconds.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

from engine.base.findings import Finding
from engine.check import cache_folder, model_files
from engine.check.events import Checked, ShapesPlanned
from engine.check.facts import Facts, relevant
from engine.check.job import Check, DescribeMachine
from engine.check.rules.checker import check, check_ahead
from engine.check.rules.environment_rules import TORCH_PREFIXES
from engine.config.settings import VARIABLES, CompileConfig
from engine.model.checkpoint import read_checkpoint
from engine.model.loading import resolve_device
from engine.model.machine import describe_machine
from engine.results.devices import CPU, gpu_in_use, require_device
from engine.runtime.context import JobContext
from engine.runtime.events import MachineDescribed
from engine.runtime.job_data import read_series

COMPILER_FOLDERS = (
    "_dynamo", "_inductor", "_functorch", "_logging", "_strobelight", "compiler", "fx", "utils",
)  # fmt: skip


def run(job: DescribeMachine | Check, context: JobContext) -> None:
    """Run the job; its docstring lists its events.

    Raises:
        UserError: The device is none.
    """
    match job:
        case DescribeMachine():
            context.emit(MachineDescribed(describe_machine()))
        case Check():
            run_check(job, context)


def run_check(job: Check, context: JobContext) -> None:
    """Check a configuration on this machine."""
    require_device(job.device)
    series = None if job.data is None else read_series(job.data, context)
    facts = gather(job)
    context.emit(MachineDescribed(facts.machine))
    if series is not None and facts.model.folder and not facts.model.trouble:
        from engine.model.shape_plan import plan_shapes  # imports the library

        checkpoint = read_checkpoint(Path(facts.model.folder))
        gpu = gpu_in_use(job.device, facts.machine.gpus)
        device = CPU if gpu is None else str(resolve_device(job.device))
        plan = plan_shapes(series, job.horizon, job.config, checkpoint, device)
        context.emit(ShapesPlanned(plan))

    def judge(config: CompileConfig) -> tuple[Finding, ...]:
        return check(dataclasses.replace(facts, config=config))

    context.emit(Checked(check_ahead(judge, job.config) if job.ahead else judge(job.config)))


def gather(job: Check) -> Facts:
    """Gather everything that the rules judge. Imports torch."""
    import torch

    environment, env_file = relevant(job.variables), relevant(job.env_file)
    torch_folder = Path(torch.__file__).parent
    cache = cache_folder.look_at(Path(job.config.cache_dir))
    artifact_trouble, artifact_remedy = model_files.artifact_trouble(job.config, job.device)
    return Facts(
        config=job.config,
        device=job.device,
        environment=environment,
        env_file=env_file,
        unread=unread_variables({**environment, **env_file}, torch_folder),
        machine=describe_machine(),
        tested=tested_versions(),
        torch_installed=(torch_folder / "version.py").stat().st_mtime,
        cache=cache,
        better_cache_dir=None if cache.is_sound else cache_folder.sound_alternative(),
        model=model_files.look_for(job.config),
        artifact_trouble=artifact_trouble,
        artifact_remedy=artifact_remedy,
    )


def tested_versions() -> Mapping[str, str]:
    """Return the versions of other packages that this program requires."""
    requirements = map(Requirement, requires("chronos-panel") or ())
    return {
        requirement.name: str(requirement.specifier)
        for requirement in requirements
        if requirement.marker is None
    }


def unread_variables(variables: Collection[str], torch_folder: Path) -> tuple[str, ...]:
    """Return the variables of torch's compiler that the installed torch does not read."""
    unread = {
        name for name in variables if name.startswith(TORCH_PREFIXES) and name not in VARIABLES
    }
    if unread:
        mention = re.compile(rb"\b(?:" + "|".join(map(re.escape, unread)).encode() + rb")\b")
        for folder in COMPILER_FOLDERS:
            for file in (torch_folder / folder).rglob("*.py"):
                unread -= {name.decode() for name in mention.findall(file.read_bytes())}
    return tuple(sorted(unread))
