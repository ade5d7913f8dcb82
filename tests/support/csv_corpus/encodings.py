"""Encodings and compressed files."""

import bz2
import gzip
import lzma

import zstandard

from tests.support.csv_corpus.cases import (
    PLAIN,
    Good,
    plain,
    zipped,
)

ENCODINGS = [
    plain("plain", PLAIN),
    plain("UTF-8 with a byte order mark", "\ufeff".encode() + PLAIN.encode()),
    plain("UTF-16", PLAIN.encode("utf-16")),
    plain("UTF-16 big endian", b"\xfe\xff" + PLAIN.encode("utf-16-be")),
    plain("carriage returns and line feeds", PLAIN.replace("\n", "\r\n")),
    plain("carriage returns alone", PLAIN.replace("\n", "\r")),
    plain("no line end at the end", PLAIN.rstrip("\n")),
    plain("gzip", gzip.compress(PLAIN.encode()), file="data.csv.gz"),
    plain("gzip without the suffix", gzip.compress(PLAIN.encode())),
    plain("zstd", zstandard.compress(PLAIN.encode()), file="data.csv.zst"),
    plain(
        "zstd of two frames",
        zstandard.compress(PLAIN[:30].encode()) + zstandard.compress(PLAIN[30:].encode()),
        file="data.csv.zst",
    ),
    plain("bzip2", bz2.compress(PLAIN.encode()), file="data.csv.bz2"),
    plain("xz", lzma.compress(PLAIN.encode()), file="data.csv.xz"),
    plain("zip of one file", zipped("inner.csv"), file="data.zip"),
    Good(
        "Latin-1 names",
        "Tag;Köln;Würzburg\n12.01.2024;1,5;2\n13.01.2024;2,5;3\n14.01.2024;3,5;4\n".encode(
            "latin-1"
        ),
        {"Köln": [1.5, 2.5, 3.5], "Würzburg": [2.0, 3.0, 4.0]},
        "2024-01-12",
        "D",
    ),
    Good(
        "accents after an ASCII head",
        ("id,value\n" + "plain,1\n" * 20_000 + "café,2\n" * 3).encode("cp1252"),
        {"plain": [1.0] * 20_000, "café": [2.0] * 3},
        targets=("value",),
    ),
]
