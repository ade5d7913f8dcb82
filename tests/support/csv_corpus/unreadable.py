"""Files that cannot be read."""

import bz2
import gzip
import json
import lzma

import zstandard

from engine.data import ReadOptions
from tests.support.csv_corpus.cases import (
    PLAIN,
    Bad,
    zipped,
)

BAD = [
    Bad("empty", b"", "data.csv is empty."),
    Bad("blank lines", "\n\n  \n", "data.csv is empty."),
    Bad("comments", "# nothing\n# here\n", "data.csv is empty."),
    Bad("a header", "date,sales\n", "data.csv has a header but no data rows."),
    Bad(
        "a PNG image", b"\x89PNG\r\n\x1a\n" + bytes(100), "data.csv is a PNG image, not a CSV file."
    ),
    Bad("Parquet", b"PAR1" + bytes(100), "data.csv is a Parquet file, not a CSV file."),
    Bad(
        "a workbook",
        zipped("[Content_Types].xml", "xl/workbook.xml"),
        "data.csv is a workbook or document, not a CSV file.",
    ),
    Bad(
        "a zip of several files", zipped("a.csv", "b.csv"), "data.csv is a zip archive of 2 files."
    ),
    Bad("a pickle", b"\x80\x04\x95" + b"evil" * 20, "data.csv is a Python pickle, not a CSV file."),
    Bad("binary", bytes(range(256)) * 8, "data.csv is binary, not text."),
    Bad(
        "UTF-16 without a byte order mark",
        PLAIN.encode("utf-16-le"),
        "data.csv is binary, not text.",
    ),
    Bad(
        "gzip truncated",
        gzip.compress(PLAIN.encode() * 100)[:-20],
        "data.csv is truncated or damaged: it cannot be decompressed.",
    ),
    Bad(
        "gzip damaged",
        gzip.compress(PLAIN.encode())[:15] + b"????????????????????",
        "data.csv is truncated or damaged: it cannot be decompressed.",
    ),
    Bad(
        "zstd truncated",
        zstandard.compress(PLAIN.encode() * 100)[:-5],
        "data.csv is truncated or damaged: it cannot be decompressed.",
    ),
    Bad(
        "xz truncated",
        lzma.compress(PLAIN.encode() * 100)[:-9],
        "data.csv is truncated or damaged: it cannot be decompressed.",
    ),
    Bad(
        "bzip2 truncated",
        bz2.compress(PLAIN.encode() * 100)[:-9],
        "data.csv is truncated or damaged: it cannot be decompressed.",
    ),
    Bad(
        "JSON",
        json.dumps([{"date": "2024-01-01", "sales": 1}]),
        "data.csv looks like JSON, not CSV.",
    ),
    Bad(
        "HTML",
        "<!DOCTYPE html>\n<html><body>404</body></html>\n",
        "data.csv looks like HTML or XML, not CSV.",
    ),
    Bad(
        "XML",
        '<?xml version="1.0"?>\n<rows><row>1</row></rows>\n',
        "data.csv looks like HTML or XML, not CSV.",
    ),
    Bad(
        "prose",
        "Dear all,\nplease find attached\nthe sales of May.\n",
        "data.csv has no numeric column.",
    ),
    Bad("text only", "name,city\nAnn,Rome\nBob,Oslo\n", "data.csv has no numeric column."),
    Bad(
        "no value at all",
        "date,sales\n2024-01-01,\n2024-01-02,\n",
        "data.csv has no numeric column.",
    ),
    Bad(
        "a target of text",
        "date,shop,sales\n2024-01-01,north,1\n2024-01-02,south,2\n",
        "Column 'shop' of data.csv contains text such as 'north', not numbers.",
        ReadOptions(target_columns=("shop",)),
    ),
    Bad(
        "the only numeric column as ids",
        "date,shop,sales\n2024-01-01,north,1\n2024-01-02,south,2\n",
        "data.csv has no numeric column to forecast: 'sales' has another role.",
        ReadOptions(id_column="sales"),
    ),
    Bad(
        "all numeric columns left out",
        "date,shop,sales\n2024-01-01,north,1\n2024-01-02,south,2\n",
        "data.csv has no numeric column to forecast: 'sales' has another role.",
        ReadOptions(left_out_columns=("sales",)),
    ),
    Bad(
        "ids split over two columns",
        "date,a,b,sales\n" + "".join(f"2024-01-01,{n % 3},{n // 3},{n}\n" for n in range(9)),
        "Most rows of data.csv have the timestamp of another row of the same item.",
    ),
    Bad(
        "the wrong encoding",
        b"date,sales\n2024-01-01,1\n\xff\xfe,2\n",
        "data.csv is not valid text in the encoding utf-8.",
        ReadOptions(encoding="utf-8"),
    ),
    Bad(
        "the wrong wide encoding",
        b"date,sales\n2024-01-01,12\n",
        "data.csv is not valid text in the encoding utf-16.",
        ReadOptions(encoding="utf-16"),
    ),
    Bad(
        "the wrong timestamp column",
        PLAIN,
        "No row of data.csv has a readable timestamp.",
        ReadOptions(timestamp_format="%H:%M"),
    ),
]
