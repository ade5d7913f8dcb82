"""Read the JSON files of a checkpoint, by type."""

import os
from pathlib import Path
from typing import Any, TypeVar

from engine.base import codec
from engine.base.errors import UserError
from engine.base.escaping import shortened
from engine.base.files import ordinary_size, read_bytes

LARGEST_FILE = 1_000_000
"""Size in bytes, at most. A config.json has about 1,000 bytes, and an index 10,000."""

WORDS = {
    "Expected": "expected",
    "Invalid enum value": "unknown value",
    "Object missing required field": "it lacks the field",
    "Object contains unknown field": "it has the unknown field",
    "`": "",
}
"""Words of msgspec -> words of this program's sentences."""

Kind = TypeVar("Kind")


def read_json(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file of a checkpoint.

    Raises:
        UserError: The file is missing, unreadable, too large or holds no JSON object.
    """
    if not os.path.lexists(file):
        raise UserError(
            f"The model folder {file.parent} has no {file.name}.",
            "Name the folder that a Chronos-2 checkpoint was saved to.",
        )
    size = ordinary_size(file)
    if size > LARGEST_FILE:
        raise UserError(
            f"The file {file} is too large: it has {size:,} bytes, and the limit is "
            f"{LARGEST_FILE:,}.",
            "Download the model again.",
        )
    try:
        content = codec.from_strict_json(read_bytes(file, LARGEST_FILE))
    except codec.DecodeError as error:
        raise UserError(
            f"The file {file} cannot be read: {shortened(str(error))}.", "Download the model again."
        ) from error
    if not isinstance(content, dict):
        raise UserError(f"The file {file} holds no JSON object.", "Download the model again.")
    return content


def decode(kind: type[Kind], content: dict[str, Any], file: Path) -> Kind:
    """Return the content of a file as a value of a type.

    Raises:
        UserError: A field is missing or has another type or value; the sentence names it.
    """
    try:
        return codec.convert(kind, content)
    except codec.DecodeError as error:
        # msgspec writes: Expected `int` >= 1 - at `$.chronos_config.context_length`
        what, _, path = str(error).partition(" - at `$")
        for theirs, ours in WORDS.items():
            what = what.replace(theirs, ours)
        field = path.strip(".`")
        subject = f"The field {field} in {file}" if field else f"The file {file}"
        raise UserError(
            f"{subject} is invalid: {shortened(what)}.",
            "Download the model again, or save it again with `save_pretrained(folder)`.",
        ) from error
