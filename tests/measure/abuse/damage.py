"""Damage to sound files: bytes changed, parts cut out, repeated, or taken from another file."""

from functools import cache
from random import Random

from engine.data.samples import samples
from tests.measure.abuse.cells import COMMANDS, MISSING, NUMBERS
from tests.support.csv_corpus import BAD, GOOD, Bad, Good

LONGEST = 20_000
"""Bytes of a sound file that are used, at most."""

SPLINTERS = (
    *(b",", b";", b"\t", b"|", b" ", b"\n", b"\r", b"\r\n", b'"', b"'", b"#", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x1a", b"\\", b"-", b"1e999"),
    *(text.encode() for text in (*NUMBERS, *MISSING, *COMMANDS)),
)


@cache
def originals() -> tuple[bytes, ...]:
    """Return the beginnings of the files of the corpus and of the samples."""
    cases: list[Good | Bad] = [*GOOD, *BAD]
    contents = [
        case.content if isinstance(case.content, bytes) else case.content.encode() for case in cases
    ]
    return tuple(one[:LONGEST] for one in (*contents, *(path.read_bytes() for path in samples())))


def damaged(content: bytes, others: tuple[bytes, ...], chance: Random) -> bytes:
    """Return a file with some damage.

    Args:
        content: The sound file.
        others: Files to take parts from.
        chance: Draws the damage.
    """
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        start = chance.randint(0, len(content))
        end = min(len(content), start + chance.choice((0, 1, 1, 4, 100)))
        match chance.randint(0, 6):
            case 0:
                content = content[:start] + chance.choice(SPLINTERS) + content[end:]
            case 1:
                content = content[:start] + chance.randbytes(end - start) + content[end:]
            case 2:
                content = content[:start] + content[end:]
            case 3:
                content = content[:start] + content[start:end] * 3 + content[end:]
            case 4:
                other = chance.choice(others)
                content = content[:start] + other[chance.randint(0, len(other)) :]
            case 5:
                content = content[:start]
            case 6:
                lines = content.split(b"\n")
                chance.shuffle(lines)
                content = b"\n".join(lines)
    return content


def damaged_original(chance: Random) -> bytes:
    """Return a damaged file of the corpus or of the samples."""
    return damaged(chance.choice(originals()), originals(), chance)


def noise(chance: Random) -> bytes:
    """Return bytes that are no table at all, perhaps none."""
    length = chance.choice((0, 1, 1, 2, 3, 10, 1_000, 50_000))
    return chance.choice(
        (
            chance.randbytes(length),
            bytes(length),
            bytes(chance.choice(b'\n\r,;"\t #1a.') for _ in range(length)),
            b"".join(chance.choice(SPLINTERS) for _ in range(min(length, 1_000))),
        )
    )
