"""Counts in sentences."""


def counted(count: int, noun: str) -> str:
    """A count and its noun: "1 row", "12,000 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def have(count: int) -> str:
    """The verb after a count."""
    return "has" if count == 1 else "have"


def are(count: int) -> str:
    """The verb after a count."""
    return "is" if count == 1 else "are"


def were(count: int) -> str:
    """The verb after a count."""
    return "was" if count == 1 else "were"


def capitalised(text: str) -> str:
    """Words as at the beginning of a sentence; names in them stay as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def as_sentence(text: str) -> str:
    """A clause as a sentence of its own."""
    return f"{capitalised(text).removesuffix('.')}."


def shape_words(rows: int, steps: int, horizon: int) -> str:
    """What one call of a model is given and gives: "1 row x 512 steps, horizon 24"."""
    return f"{counted(rows, 'row')} x {counted(steps, 'step')}, horizon {horizon}"
