"""What is done with a hostile file or hostile settings, and what must come of it."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from engine.base.errors import UserError
from engine.config import env_file
from engine.config.settings import CompileConfig
from engine.config.variables import setting_by_any_name
from engine.data import describe, load
from tests.measure.abuse.files import HostileFile
from tests.measure.abuse.round_trip import check_round_trip
from tests.measure.abuse.settings import HostileSettings
from tests.support.sound_series import check_sound

LONGEST_SENTENCE = 20_000
"""Characters that an error may have: a person is to read it."""

RESULT, SENTENCE = "result", "sentence"
"""The two ways in which a hostile file may end."""

DESCRIBED, READ_BACK = 0.25, 0.25
"""Shares of the files that are described too, and written and read back."""


def read_file(file: HostileFile, seed: int) -> str:
    """Read a file as series.

    Returns:
        `RESULT` or `SENTENCE`; anything that is neither is raised.
    """
    chance = Random(seed)
    try:
        read = load(file.path, file.options)
    except UserError as error:
        check_sentence(error)
        return SENTENCE
    check_sound(read)
    if chance.random() < DESCRIBED:
        attempt(lambda: describe(file.path, file.options))
    if chance.random() < READ_BACK:
        check_round_trip(read, file.path.parent)
    return RESULT


def read_settings(settings: HostileSettings, seed: int) -> str:
    """Read an env file, variables and values as a configuration.

    Returns:
        `RESULT` or `SENTENCE`; anything that is neither is raised.
    """
    attempt(lambda: CompileConfig.from_env(settings.variables))
    attempt(lambda: CompileConfig(**settings.values))
    for name in settings.variables:
        attempt(partial(setting_by_any_name, name))
    read = attempt(lambda: env_file.read(settings.path))
    if read is None:
        return SENTENCE
    config = attempt(lambda: CompileConfig.from_env(read[0]))
    if config is None:
        return SENTENCE
    for dialect in env_file.dialects_for(config):
        variables, _ = env_file.parse(env_file.render(config, dialect))
        assert CompileConfig.from_env(variables) == config, dialect
    return RESULT


def attempt(action: Callable[[], Any]) -> Any:
    """Return what an action gives; None if it gives a sentence."""
    try:
        return action()
    except UserError as error:
        check_sentence(error)
        return None


def check_sentence(error: UserError) -> None:
    """Check that an error says something that a person can read."""
    text = str(error)
    assert error.sentence.strip(), "an empty sentence"
    assert len(text) <= LONGEST_SENTENCE, f"a sentence of {len(text)} characters: {text[:200]}"
    text.encode()


def check_folder(folder: Path, expected: set[str]) -> None:
    """Check that nothing but the subject is in its folder: no canary, and nothing left."""
    found = {path.name for path in folder.iterdir()} - expected
    assert not found, f"appeared: {found}"


def no_warnings() -> None:
    """Have a warning of a library count as a failure, as in the tests."""
    warnings.simplefilter("error")
    # Python warns so of the encoding `unicode_escape`.
    warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
