"""Files of which one part is far too large."""

from collections.abc import Callable
from random import Random

STUFF = (" ", "\t", "0", "1", "9.", "a", '"', "'", ",", ";", "\\", "-", "\u00a0", "\x00", "=", "/")


def large_field(chance: Random) -> str:
    """One field that is very long."""
    field = chance.choice(STUFF) * chance.choice((20_000, 140_000, 1_000_000))
    where = chance.choice(("{0}\n1\n2\n", "value\n1\n{0}\n3\n", "a,b\n1,{0}\n2,{0}x\n"))
    dated = "date,value\n2024-01-01,1\n{0}2024-01-02,2\n2024-01-03{0},3\n2024-01-04,4\n"
    return chance.choice((where, dated)).format(field)


def many_columns(chance: Random) -> str:
    """A few rows of very many columns."""
    columns = chance.choice((1_000, 20_000, 140_000))
    delimiter, cell = chance.choice(",;\t| "), chance.choice(("", "1", "a", "2024-01-01", '"'))
    return f"{delimiter.join([cell] * columns)}\n" * chance.choice((1, 2, 5))


def many_rows(chance: Random) -> str:
    """Very many short rows."""
    row = chance.choice(("1", "1,2", "a,1", "", ",", '"', "#", "2024-01-01,1", "x;2024-01-01;1,5"))
    return f"{row}\n" * chance.choice((10_000, 100_000))


def many_items(chance: Random) -> str:
    """A row or two of very many items."""
    items = chance.choice((2_000, 50_000))
    each = chance.choice((1, 2))
    rows = (f"item {n},2024-01-0{day + 1},{n}" for n in range(items) for day in range(each))
    return "id,date,value\n" + "\n".join(rows)


def far_dates(chance: Random) -> str:
    """A few rows, centuries apart, at a fine frequency."""
    fine = "".join(f"2024-01-01 00:00:0{second},{second}\n" for second in range(5))
    far = chance.choice(("1700-01-01 00:00:00", "2262-01-01 00:00:00", "2200-06-01 12:00:00.5"))
    return f"date,value\n{fine}{far},1\n"


def unclosed_quote(chance: Random) -> str:
    """A quote that nothing closes."""
    rows = "1,2,3\n" * chance.choice((100, 5_000, 100_000))
    cut = chance.randint(0, 300)
    return f'{rows[:cut]}"{rows[cut:]}'


OVERSIZED: tuple[Callable[[Random], str], ...] = (
    large_field,
    many_columns,
    many_rows,
    many_items,
    far_dates,
    unclosed_quote,
)


def oversized(chance: Random) -> bytes:
    """Return a file of which one part is far too large."""
    return chance.choice(OVERSIZED)(chance).encode()
