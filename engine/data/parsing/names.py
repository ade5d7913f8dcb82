"""Make names unique."""

from collections.abc import Iterable


def unique_names(given: Iterable[str]) -> tuple[list[str], list[str]]:
    """Add a number to each name that an earlier one has: `load`, `load (2)`.

    Returns:
        The unique names, in order, and the given names that were repeats.
    """
    unique: dict[str, None] = {}
    # Else a name that repeats in every row would cost quadratic time.
    counts: dict[str, int] = {}
    repeated = []
    for name in given:
        candidate, count = name, counts.get(name, 2)
        while candidate in unique:
            candidate = f"{name} ({count})"
            count += 1
        if candidate != name:
            repeated.append(name)
            counts[name] = count
        unique[candidate] = None
    return list(unique), repeated
