"""Decode files into blocks of whole lines in UTF-8."""

import codecs
import io
from collections.abc import Iterator
from typing import IO, AnyStr

from engine.base.errors import UserError
from engine.data.parsing.compression import DecompressedFile

BLOCK = 1 << 22
"""Bytes per read: large enough for fast parsing, small enough for prompt cancellation."""

_MAX_QUOTED_LINES = 1000
"""Lines after which an open quote counts as unmatched."""

_LONGEST_REST = 1 << 26
"""Bytes up to the end of a line; a file with old Mac line ends is one line for `readline`."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))


class UndecodableError(Exception):
    """Raised for bytes that are not valid text in the given encoding."""


def detect_encoding(head: bytes, source: str) -> str:
    """Detect the encoding of the first bytes of a file.

    Raises:
        UserError: The bytes are not text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    control = len(head) - len(head.translate(None, _CONTROL))
    if b"\0" in head or control > len(head) // 100:
        raise UserError(
            f"{source} is binary, not text.",
            "Export it as CSV. Text in UTF-16 needs a byte order mark.",
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _fallback_encoding(head)
    return "utf-8"


def _fallback_encoding(head: bytes) -> str:
    """Guess the encoding of text that is not UTF-8."""
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def decode_head(head: bytes, encoding: str, source: str) -> str:
    """Decode the first bytes of a file, which may end within a character.

    Raises:
        UserError: The bytes are not valid text in this encoding.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeError as error:
        raise undecodable(source, encoding) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_blocks(source: DecompressedFile, encoding: str) -> Iterator[bytes]:
    """Yield the text in UTF-8, in blocks of whole lines.

    Raises:
        UndecodableError: Some bytes are invalid in this encoding. UTF-8 is not checked here.
    """
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
        for block in _whole_lines(source.stream, b'"'):
            yield _normalize_line_ends(block).removeprefix(codecs.BOM_UTF8)
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
    """Yield blocks that end neither within a line nor within a quoted field."""
    while block := stream.read(BLOCK):
        block += stream.readline(_LONGEST_REST)
        for _ in range(_MAX_QUOTED_LINES):
            if quote not in block or block.count(quote) % 2 == 0 or len(block) > _LONGEST_REST:
                break
            block += stream.readline(_LONGEST_REST)
        yield block


def _normalize_line_ends(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def undecodable(source: str, encoding: str) -> UserError:
    """Return the error for a file that is not valid text in an encoding."""
    return UserError(
        f"{source} is not valid text in the encoding {encoding}.",
        "Omit the encoding to detect it, or save the file as UTF-8.",
    )
