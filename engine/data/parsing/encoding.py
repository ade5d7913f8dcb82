"""Decode files into blocks of whole lines in UTF-8."""

import codecs
import io
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, AnyStr

from engine.base.errors import UserError
from engine.data.parsing.compression import DecompressedFile

BLOCK = 1 << 22
"""Bytes per read: large enough for fast parsing, small enough for prompt cancellation."""

_MAX_QUOTED_LINES = 1000
"""Lines after which an open quote counts as unmatched."""

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


class LongLineError(Exception):
    """Raised for a line that is too long.

    Attributes:
        lines_before: Lines between the last block and this line.
    """

    def __init__(self, lines_before: int) -> None:
        super().__init__(lines_before)
        self.lines_before = lines_before


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


def text_blocks(source: DecompressedFile, encoding: str, longest: int) -> Iterator[bytes]:
    r"""Yield the text in UTF-8, in blocks of whole lines that end with "\n".

    Args:
        source: The file.
        encoding: Its encoding.
        longest: Bytes that a line may have.

    Raises:
        UndecodableError: Some bytes are invalid in this encoding. UTF-8 is not checked here.
        LongLineError: A line is longer.
    """
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
        for block in _whole_lines(_with_plain_line_ends(source.stream), b"\n", b'"', longest):
            yield block.removeprefix(codecs.BOM_UTF8)
        return
    text = io.TextIOWrapper(source.stream, encoding=encoding)
    try:
        for decoded in _whole_lines(iter(partial(text.read, BLOCK), ""), "\n", '"', longest):
            yield decoded.encode()
    except UnicodeError as error:
        raise UndecodableError from error
    finally:
        text.detach()


def _with_plain_line_ends(stream: IO[bytes]) -> Iterator[bytes]:
    r"""Yield the bytes of a stream with "\n" for the line ends of Windows and of old Macs."""
    held = b""
    while part := stream.read(BLOCK):
        part = held + part
        # What follows decides whether this is a line end of its own.
        held = b"\r" if part.endswith(b"\r") else b""
        part = part.removesuffix(held)
        yield part.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in part else part
    if held:
        yield b"\n"


def _whole_lines(
    parts: Iterable[AnyStr], end: AnyStr, quote: AnyStr, longest: int
) -> Iterator[AnyStr]:
    """Yield blocks that end neither within a line nor within a quoted field.

    Args:
        parts: The text, split anywhere.
        end: What ends a line.
        quote: What begins and ends a quoted field.
        longest: How long a line may be.

    Raises:
        LongLineError: A line is longer.
    """
    text = end[:0]
    for part in parts:
        text += part
        del part  # or its memory is held while the block is parsed
        whole = text.rfind(end) + 1
        if len(text) - whole > longest:
            raise LongLineError(text.count(end))
        if quote in text:
            whole = _outside_quotes(text, whole, end, quote, longest)
        lines, text = text[:whole], text[whole:]
        if lines:
            yield lines
    if text:
        yield text


def _outside_quotes(text: AnyStr, whole: int, end: AnyStr, quote: AnyStr, longest: int) -> int:
    """Return the end of the last line that ends outside of a quoted field.

    A quote that stays open for very long is unmatched, and does not count.
    """
    if text.count(quote, 0, whole) % 2 == 0:
        return whole
    before = text.rfind(end, 0, text.rfind(quote, 0, whole)) + 1
    is_open_for_long = (
        text.count(quote, 0, before) % 2
        or whole - before > longest
        or text.count(end, before, whole) > _MAX_QUOTED_LINES
    )
    return whole if is_open_for_long else before


def undecodable(source: str, encoding: str) -> UserError:
    """Return the error for a file that is not valid text in an encoding."""
    return UserError(
        f"{source} is not valid text in the encoding {encoding}.",
        "Omit the encoding to detect it, or save the file as UTF-8.",
    )


def too_long(number: int, source: str, longest: int) -> UserError:
    """Return the error for a line of more than `longest` bytes."""
    return UserError(
        f"Line {number} of {source} has more than {longest / 1e6:g} MB.",
        "Check that its lines have ends. If they have, write one row for each item and timestamp.",
    )
