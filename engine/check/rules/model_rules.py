"""Rules over the model's files, which are looked at but not loaded."""

from collections.abc import Iterator
from pathlib import Path

from engine.base.findings import Fix, Severity
from engine.check.facts import GIGABYTE, Facts
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.model.checkpoint import DEMO, PRODUCTION_MODEL


@rule(Severity.ADVICE, "model")
def demo_model(facts: Facts) -> Iterator[Found]:
    """It is small and made for trying things out; its forecasts and timings are its own."""
    if facts.config.model == DEMO:
        yield Found(
            "The model is the embedded demo.",
            f"Name the model that will be used in production, such as {PRODUCTION_MODEL}.",
        )


@rule(Severity.ERROR, "model")
def model_unusable(facts: Facts) -> Iterator[Found]:
    """There is nothing to forecast with."""
    if facts.model.trouble:
        yield Found(facts.model.trouble, facts.model.remedy)


@rule(Severity.ERROR, "model")
def model_not_here_and_offline(facts: Facts) -> Iterator[Found]:
    """It would have to be fetched from the hub, which the environment forbids."""
    if is_missing(facts) and facts.offline:
        yield Found(
            f"The model {facts.config.model} is not on this machine, and the hub is off.",
            "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE once, or bring the model as a folder.",
        )


@rule(Severity.ADVICE, "model")
def model_not_here_yet(facts: Facts) -> Iterator[Found]:
    """The first forecast fetches it from the hub, which takes time and a connection."""
    if is_missing(facts) and not facts.offline:
        yield Found(
            f"The model {facts.config.model} is not on this machine.",
            f"Run `hf download {facts.config.model}` beforehand.",
        )


@rule(Severity.WARNING, "model")
def folder_named_like_a_hub_model(facts: Facts) -> Iterator[Found]:
    """Which of the two is used depends on the folder that a program is started in."""
    if facts.model.is_hub_id and facts.model.is_relative:
        yield Found(
            f"{facts.config.model} is a folder here, and may be a model on the hub.",
            f"Write the folder as {facts.model.folder}.",
            Fix("model", facts.model.folder),
        )


@rule(Severity.ADVICE, "model")
def model_folder_relative(facts: Facts) -> Iterator[Found]:
    """A program that is started in another folder does not find it."""
    if facts.model.is_relative and not facts.model.is_hub_id:
        yield Found(
            f"The model {facts.config.model} is relative to the working folder.",
            f"Use the absolute path {facts.model.folder}.",
            Fix("model", facts.model.folder),
        )


@rule(Severity.WARNING, "model")
def model_path_unexpanded(facts: Facts) -> Iterator[Found]:
    """It is expanded here, and not by every program that reads the configuration."""
    if facts.config.model.startswith("~"):
        meant = str(Path(facts.config.model).expanduser())
        yield Found(
            f"The model is {facts.config.model}.", f"Write it out: {meant}.", Fix("model", meant)
        )


@rule(Severity.ERROR, "model", "dtype")
def model_too_large(facts: Facts) -> Iterator[Found]:
    """Loading it ends in an out-of-memory error, or the system kills the program."""
    gpu = facts.gpu
    place = gpu.name if gpu else "the machine"
    memory = gpu.memory if gpu else facts.machine.free_memory
    if facts.model.memory > memory:
        yield Found(
            f"The model needs about {facts.model.memory / GIGABYTE:.1f} GB of memory, and "
            f"{place} has {memory / GIGABYTE:.1f} GB{'' if gpu else ' free'}.",
            "Close other programs, or use a smaller model or a half precision.",
        )


def is_missing(facts: Facts) -> bool:
    """Whether the model is to come from the hub and is not on this machine yet."""
    return facts.model.is_hub_id and not facts.model.folder and not facts.model.trouble


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
