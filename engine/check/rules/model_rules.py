"""Rules over the model's files, which are looked at but not loaded."""

from collections.abc import Iterator

from engine.base.findings import Fix, Severity
from engine.check.facts import GIGABYTE, Facts
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.config.settings import NO_ARTIFACT
from engine.model.sources import DEMO, PRODUCTION_MODEL, as_path


@rule(Severity.ADVICE, "model")
def demo_model(facts: Facts) -> Iterator[Found]:
    """The demo is a small model for trials. Production forecasts and their speed differ."""
    if facts.config.model == DEMO:
        yield Found(
            "The model is the embedded demo.",
            f"Set the model that you use in production, such as {PRODUCTION_MODEL}.",
        )


@rule(Severity.ERROR, "model")
def model_unusable(facts: Facts) -> Iterator[Found]:
    """Without a model, no forecast can run."""
    if facts.model.trouble:
        yield Found(facts.model.trouble, facts.model.remedy)


@rule(Severity.ERROR, "artifact", "enabled")
def artifact_unusable(facts: Facts) -> Iterator[Found]:
    """An artifact that does not fit is not used, and eager code runs."""
    if facts.config.compiles_ahead and facts.artifact_trouble:
        yield Found(facts.artifact_trouble, facts.artifact_remedy, Fix("artifact", NO_ARTIFACT))


@rule(Severity.ERROR, "model")
def model_not_here_and_offline(facts: Facts) -> Iterator[Found]:
    """The model must be downloaded from the hub, but the environment forbids downloads."""
    if _is_missing(facts) and facts.offline:
        yield Found(
            f"The model {facts.config.model} is not on this machine, and hub downloads are off.",
            "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE once, or use a local folder.",
        )


@rule(Severity.ADVICE, "model")
def model_not_here_yet(facts: Facts) -> Iterator[Found]:
    """The first forecast downloads the model, which takes time and needs a connection."""
    if _is_missing(facts) and not facts.offline:
        yield Found(
            f"The model {facts.config.model} is not on this machine.",
            f"Run `hf download {facts.config.model}` beforehand.",
        )


@rule(Severity.WARNING, "model")
def folder_named_like_a_hub_model(facts: Facts) -> Iterator[Found]:
    """The working folder of a program decides which of the two it uses."""
    if facts.model.is_hub_id and facts.model.is_relative:
        yield Found(
            f"{facts.config.model} is a folder here, and may be a model on the hub.",
            f"Write the folder as {facts.model.folder}.",
            Fix("model", facts.model.folder),
        )


@rule(Severity.ADVICE, "model")
def model_folder_relative(facts: Facts) -> Iterator[Found]:
    """A program that starts in another folder does not find the model."""
    if facts.model.is_relative and not facts.model.is_hub_id:
        yield Found(
            f"The model {facts.config.model} is relative to the working folder.",
            f"Use the absolute path {facts.model.folder}.",
            Fix("model", facts.model.folder),
        )


@rule(Severity.WARNING, "model")
def model_path_unexpanded(facts: Facts) -> Iterator[Found]:
    """This program expands ~, but other programs that read the configuration may not."""
    meant = str(as_path(facts.config.model))
    if facts.config.model.startswith("~") and not meant.startswith("~"):
        yield Found(
            f"The model is {facts.config.model}.", f"Write it out: {meant}.", Fix("model", meant)
        )


@rule(Severity.ERROR, "model", "dtype")
def model_too_large(facts: Facts) -> Iterator[Found]:
    """Loading the model runs out of memory, or the system kills the program."""
    gpu = facts.gpu
    device = gpu.name if gpu else "the machine"
    memory = gpu.memory if gpu else facts.machine.free_memory
    if facts.model.memory > memory:
        yield Found(
            f"The model needs about {facts.model.memory / GIGABYTE:.1f} GB of memory, and "
            f"{device} has {memory / GIGABYTE:.1f} GB{'' if gpu else ' free'}.",
            "Close other programs, or use a smaller model or a half precision.",
        )


def _is_missing(facts: Facts) -> bool:
    """Say whether the model is to come from the hub and is not on this machine yet."""
    return facts.model.is_hub_id and not facts.model.folder and not facts.model.trouble


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
