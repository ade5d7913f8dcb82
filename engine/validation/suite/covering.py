"""Choose few rows of values that together hold every combination of two or three values.

Such rows are a covering array. The method is greedy: each row starts with a combination that no
row has yet, then takes, factor by factor, the value that adds most such combinations; the best of
several tries is kept (Cohen, Dalal, Fredman and Patton, "The AETG system", IEEE Transactions on
Software Engineering 23(7), 1997).
"""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product

Factors = Mapping[str, Sequence[int | str]]
Row = dict[str, int | str]
Combination = tuple[tuple[str, int | str], ...]

TRIES = 20
"""Rows that are tried for each row that is kept."""


def covering_rows(
    factors: Factors, strength: int, allowed: Callable[[Row], bool], seed: int
) -> list[Row]:
    """Return rows that together hold every allowed combination of values.

    Args:
        factors: The values of each factor, by its name.
        strength: Number of factors in a combination.
        allowed: Says whether values of some or all factors may stand in a row together.
        seed: Seeds the choice between equally good values.
    """
    search = _Search(factors, strength, allowed, random.Random(seed))  # noqa: S311 - no secrets
    rows = []
    while search.missing:
        row = search.next_row()
        if row is not None:
            rows.append({name: row[name] for name in factors})
    return rows


class _Search:
    """The search for rows.

    Attributes:
        missing: Combinations that no row holds yet. Their factors are in alphabetical order. A
            dictionary keeps the order of its keys, which makes the search repeatable.
    """

    def __init__(
        self,
        factors: Factors,
        strength: int,
        allowed: Callable[[Row], bool],
        generator: random.Random,
    ) -> None:
        self._factors = factors
        self._strength = strength
        self._allowed = allowed
        self._generator = generator
        self.missing: dict[Combination, None] = {
            tuple(zip(names, values, strict=True)): None
            for names in combinations(sorted(factors), strength)
            for values in product(*(factors[name] for name in names))
        }

    def next_row(self) -> Row | None:
        """Return the row that holds most missing combinations; None if one cannot be held."""
        start = self._generator.choice(list(self.missing))
        tries = (self._completed(dict(start)) for _ in range(TRIES))
        complete = [row for row in tries if row is not None]
        if not complete:
            del self.missing[start]
            return None
        best = max(complete, key=lambda row: len(self._gain(row)))
        for combination in self._gain(best):
            del self.missing[combination]
        return best

    def _completed(self, row: Row) -> Row | None:
        """Add the other factors to a row, in random order; return None if no value is allowed."""
        if not self._allowed(row):
            return None
        names = [name for name in self._factors if name not in row]
        self._generator.shuffle(names)
        for name in names:
            candidates = [{**row, name: value} for value in self._factors[name]]
            gains = {
                index: len(self._gain(candidate, name))
                for index, candidate in enumerate(candidates)
                if self._allowed(candidate)
            }
            if not gains:
                return None
            most = max(gains.values())
            best = [index for index, gain in gains.items() if gain == most]
            row = candidates[self._generator.choice(best)]
        return row

    def _gain(self, row: Row, name: str | None = None) -> list[Combination]:
        """Return the missing combinations that a row holds, or those of them with a factor."""
        return [
            combination
            for combination in combinations(sorted(row.items()), self._strength)
            if (name is None or any(one == name for one, _value in combination))
            and combination in self.missing
        ]
