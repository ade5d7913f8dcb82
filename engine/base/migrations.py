"""Bring documents that older versions wrote into the form of today."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Plain = dict[str, Any]
"""A document as dictionaries, lists, texts and numbers."""

Migration = Callable[[Plain], Plain]
"""Makes a document of one version into one of the next."""


class NewerVersionError(ValueError):
    """A newer version of this program wrote the document."""


def newest(migrations: Sequence[Migration]) -> int:
    """Return the version of a document that all migrations have been applied to."""
    return len(migrations) + 1


def migrated(document: Plain, version: int, migrations: Sequence[Migration]) -> Plain:
    """Return a document in the form of today.

    Args:
        document: The document.
        version: The version that it was written in; the first is 1.
        migrations: The first makes version 1 into version 2, and so on.

    Raises:
        NewerVersionError: No migration leads from this version to today's.
        ValueError: There is no such version, or the document is damaged.
    """
    if version > newest(migrations):
        raise NewerVersionError(f"version {version} is newer than {newest(migrations)}")
    if version < 1:
        raise ValueError(f"there is no version {version}")
    try:
        for migration in migrations[version - 1 :]:
            document = migration(document)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("a field is missing or of the wrong type") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return document


def with_values_replaced(plain: Any, values: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a document in which fields have other values.

    Args:
        plain: The document, or a part of it.
        values: Name of a field, wherever it stands -> its old value -> its new value.
    """
    match plain:
        case dict():
            return {
                name: values[name].get(value, value)
                if name in values and isinstance(value, str)
                else with_values_replaced(value, values)
                for name, value in plain.items()
            }
        case list():
            return [with_values_replaced(entry, values) for entry in plain]
    return plain


def with_fields_renamed(plain: Any, names: Mapping[str, str], path: str = "") -> Any:
    """Return a document whose fields have other names.

    Args:
        plain: The document, or a part of it.
        names: Path of a field -> its new name, such as `"calls.place" -> "position"`. Paths are
            made of old names; each entry of a list has the path of the list.
        path: The path of the part.
    """
    match plain:
        case dict():
            prefix = f"{path}." if path else ""
            return {
                names.get(f"{prefix}{name}", name): with_fields_renamed(
                    value, names, f"{prefix}{name}"
                )
                for name, value in plain.items()
            }
        case list():
            return [with_fields_renamed(entry, names, path) for entry in plain]
    return plain
