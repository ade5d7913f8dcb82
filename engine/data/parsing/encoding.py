"""From bytes to UTF-8 text in blocks of whole lines."""

import codecs
import io
from collections.abc import Iterator
from typing import IO, AnyStr

from engine.base.errors import UserError
from engine.data.parsing.compression import DecompressedFile

BLOCK = 1 << 22
"""Bytes read at a time: large enough to parse fast, small enough to cancel soon."""

_LONGEST_QUOTED = 1000
"""Lines after which an open quote is taken for a stray one."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))


class UndecodableError(Exception):
    """Bytes that are not text in the encoding by which they are read."""


def detect_encoding(head: bytes, source: str) -> str:
    """Name the encoding of the first bytes of a file.

    Raises:
        UserError: The bytes are not text.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    control = len(head) - len(head.translate(None, _CONTROL))
    if b"\0" in head or control > len(head) // 100:
        raise UserError(
            f"{source} is binary, not text.",
            "Export it as CSV; text in UTF-16 needs its byte order mark.",
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return fallback_encoding(head)
    return "utf-8"


def fallback_encoding(head: bytes) -> str:
    """Name the encoding of text that is not UTF-8."""
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def decode_head(head: bytes, encoding: str, source: str) -> str:
    """Decode the first bytes of a file, the last of which may be cut.

    Raises:
        UserError: They are not text in this encoding.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeError as error:
        raise undecodable(source, encoding) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_blocks(source: DecompressedFile, encoding: str) -> Iterator[bytes]:
    """Yield the text in UTF-8, each block ending with a whole line.

    Raises:
        UndecodableError: Some bytes are not text in this encoding. UTF-8 is not checked here.
    """
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
        for block in _whole_lines(source.stream, b'"'):
            yield _plain_line_ends(block).removeprefix(codecs.BOM_UTF8)
        return
    text = io.TextIOWrapper(source.stream, encoding=encoding)
    try:
        for decoded in _whole_lines(text, '"'):
            yield decoded.encode()
    except UnicodeError as error:
        raise UndecodableError from error
    finally:
        text.detach()


def _whole_lines(stream: IO[AnyStr], quote: AnyStr) -> Iterator[AnyStr]:
    """Read blocks that end neither within a line nor within a quoted field."""
    while block := stream.read(BLOCK):
        block += stream.readline()
        for _ in range(_LONGEST_QUOTED):
            if quote not in block or block.count(quote) % 2 == 0:
                break
            block += stream.readline()
        yield block


def _plain_line_ends(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def undecodable(source: str, encoding: str) -> UserError:
    """What to tell of a file that is not text in an encoding."""
    return UserError(
        f"{source} is not text in the encoding {encoding}.",
        "Leave the encoding out to have it inferred, or save the file as UTF-8.",
    )
