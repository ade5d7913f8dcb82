"""Compressed files: honest, damaged, nested, and bombs."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random

import zstandard

MEGABYTE = 1_000_000

FILLINGS = (b"1,2,3\n", b"a,2024-01-01,1\n", b"1", b" ", b"\n", b",", b"\0", b'"')
"""What bombs expand to."""

MEMBERS = ("../../x.csv", "/etc/x.csv", "a/b.csv", "x" * 500, "\x1b[31m.csv")
"""Names of files in archives."""


def zipped(content: bytes, name: str = "table.csv", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda content: gzip.compress(content, 1),
    "bz2": bz2.compress,
    "xz": lambda content: lzma.compress(content, preset=0),
    "zst": lambda content: zstandard.compress(content, 1),
    "zip": zipped,
}
"""Ending -> what packs a file."""


def bomb(chance: Random) -> bytes:
    """Return an archive of a megabyte or less that expands to a gigabyte or so.

    A stream that is repeated is a stream of more content, in all formats but zip.
    """
    ending = chance.choice(list(PACKERS))
    filling = chance.choice(FILLINGS)
    content = filling * (5 * MEGABYTE // len(filling))
    if ending == "zip":
        return zipped(content * 40)
    packed = PACKERS[ending](content)
    return packed * max(1, min(chance.choice((12, 40, 400)), MEGABYTE // len(packed)))


def encrypted(content: bytes) -> bytes:
    """Return a zip archive that asks for a password."""
    return _with_flags(zipped(content), flags=1)


def deflate64(content: bytes) -> bytes:
    """Return a zip archive of a method that Python does not know."""
    packed = bytearray(zipped(content))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", packed, packed.find(signature) + offset, 9)
    return bytes(packed)


def _with_flags(archive: bytes, flags: int) -> bytes:
    packed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", packed, packed.find(signature) + offset, flags)
    return bytes(packed)


def odd_archive(content: bytes, chance: Random) -> bytes:
    """Return an archive that is unusual in its form."""
    inner, outer = chance.choices(list(PACKERS.values()), k=2)
    forms: tuple[Callable[[], bytes], ...] = (
        lambda: encrypted(content),
        lambda: deflate64(content),
        lambda: zipped(content, chance.choice(MEMBERS)),
        lambda: zipped(content, method=chance.choice((zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2))),
        lambda: zipped(b"", "folder/"),
        lambda: PACKERS["gz"](content) + chance.randbytes(50),
        lambda: zlib.compress(content),
        lambda: outer(inner(content)),
    )
    return chance.choice(forms)()
