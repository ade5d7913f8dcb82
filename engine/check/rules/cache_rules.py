"""Rules over the cache folder: code in it is executed, and it should outlive the process."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from engine.base.findings import Fix, Severity
from engine.check.facts import GIGABYTE, Facts
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.config.code_folders import ROOM_FOR_CODE

ANOTHER_FOLDER = "Use a folder of your own"


def _other_folder(facts: Facts) -> tuple[str, Fix | None]:
    """Return the remedy for an unsuitable folder: a sentence, and the fix if one is known."""
    better = facts.better_cache_dir
    if better is None:
        return f"{ANOTHER_FOLDER}.", None
    return f"{ANOTHER_FOLDER}, such as {better}.", Fix("cache_dir", better)


def _date(seconds: float) -> str:
    """Return a time as a date in the local time zone."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d}"


@rule(Severity.ERROR, "cache_dir")
def cache_dir_is_no_folder(facts: Facts) -> Iterator[Found]:
    """Torch cannot create the cache folder, so compiling fails."""
    if facts.generates_code and facts.cache.blocked_by:
        yield Found(f"{facts.cache.blocked_by} is a file.", *_other_folder(facts))


@rule(Severity.ERROR, "cache_dir")
def cache_dir_not_writable(facts: Facts) -> Iterator[Found]:
    """Torch cannot write its code, so compiling fails."""
    if facts.generates_code and not facts.cache.writable and not facts.cache.blocked_by:
        yield Found(f"Nothing can be written to {facts.cache.path}.", *_other_folder(facts))


@rule(Severity.ERROR, "cache_dir")
def cache_dir_open_to_others(facts: Facts) -> Iterator[Found]:
    """Code in the cache folder is executed, so a folder that others can write to is not used."""
    exposure = facts.cache.exposure
    if facts.generates_code and exposure:
        remedy, fix = _other_folder(facts)
        yield Found(exposure.what, f"{exposure.remedy} {remedy}".lstrip(), fix)


@rule(Severity.ERROR, "cache_dir")
def cache_dir_not_executable(facts: Facts) -> Iterator[Found]:
    """Compiled code cannot be loaded from a disk that is mounted noexec."""
    if facts.generates_code and not facts.cache.executable:
        yield Found(f"{facts.cache.path} is on a disk mounted noexec.", *_other_folder(facts))


@rule(Severity.WARNING, "cache_dir")
def cache_dir_temporary(facts: Facts) -> Iterator[Found]:
    """The system empties temporary folders. The next start is then a cold start."""
    if facts.generates_code and facts.cache.temporary:
        yield Found(f"{facts.cache.path} is in a temporary folder.", *_other_folder(facts))


@rule(Severity.WARNING, "cache_dir")
def cache_dir_on_the_network(facts: Facts) -> Iterator[Found]:
    """Each start reads hundreds of small files, and file locks are unreliable on a network disk."""
    if facts.generates_code and facts.cache.on_network:
        yield Found(
            f"{facts.cache.path} is on a network disk ({facts.cache.filesystem}).",
            *_other_folder(facts),
        )


@rule(Severity.WARNING, "cache_dir")
def cache_disk_nearly_full(facts: Facts) -> Iterator[Found]:
    """Torch never deletes from the cache. When the disk is full, compiling fails."""
    if facts.generates_code and facts.cache.free < ROOM_FOR_CODE:
        remedy, fix = _other_folder(facts)
        yield Found(
            f"{facts.cache.free / GIGABYTE:.1f} GB are free on the disk of {facts.cache.path}.",
            f"Free some space. {remedy}",
            fix,
        )


@rule(Severity.ADVICE, "cache_dir")
def cache_dir_relative(facts: Facts) -> Iterator[Found]:
    """A program that starts in another folder uses another cache, and has a cold start."""
    is_relative = not Path(facts.config.cache_dir).is_absolute()
    # Where the folder will not do anyway, its absolute path would be no remedy.
    if facts.generates_code and is_relative and facts.cache.is_sound:
        yield Found(
            f"The cache directory {facts.config.cache_dir} is relative to the working folder.",
            f"Use an absolute path, such as {facts.cache.path}.",
            Fix("cache_dir", facts.cache.path),
        )


@rule(Severity.ADVICE, "cache_dir")
def cache_older_than_torch(facts: Facts) -> Iterator[Found]:
    """Torch ignores code of another version, so the next start is a cold start."""
    newest = facts.cache.newest
    if facts.generates_code and newest is not None and newest < facts.torch_installed:
        yield Found(
            f"The newest file in {facts.cache.path} is from {_date(newest)}. PyTorch "
            f"{facts.machine.torch} was installed later, on {_date(facts.torch_installed)}.",
            "Empty the folder, and run one forecast to fill it before production.",
        )


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
