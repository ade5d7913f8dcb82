"""Small CSV files, valid and invalid, each with its expected result."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from dataclasses import dataclass, field

import zstandard

from engine.data import ReadOptions

NAN = float("nan")
Values = list[float] | list[list[float]]
"""One target as a plain list, several as a list of lists."""


@dataclass(frozen=True)
class Good:
    """A valid file.

    Attributes:
        name: Name of the test case.
        content: Bytes, or text to write in UTF-8.
        items: Targets of every item, in order.
        start: First timestamp of the first item; None without timestamps.
        frequency: Frequency of every item.
        targets: Names of the targets.
        timezone: Time zone of the timestamps.
        findings: A part of each finding and its locations, in order.
        covariates: Names of the past and of the known covariates.
        options: Options to read the file with.
        file: Name of the file.
    """

    name: str
    content: str | bytes
    items: dict[str, Values]
    start: str | None = None
    frequency: str | None = None
    targets: tuple[str, ...] = ("target",)
    timezone: str | None = None
    findings: tuple[str, ...] = ()
    covariates: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    options: ReadOptions = field(default_factory=ReadOptions)
    file: str = "data.csv"


@dataclass(frozen=True)
class Bad:
    """An invalid file, and the sentence of the expected error."""

    name: str
    content: str | bytes
    sentence: str
    options: ReadOptions = field(default_factory=ReadOptions)
    file: str = "data.csv"


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, PLAIN)
    return packed.getvalue()


PLAIN = "date,sales\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04,4\n"
PLAIN_RESULT = {
    "items": {"data": [1.0, 2.0, 3.0, 4.0]},
    "start": "2024-01-01",
    "frequency": "D",
    "targets": ("sales",),
}
HOURS = [f"2024-05-01 {hour:02}:00:00" for hour in range(4)]


def plain(name: str, content: str | bytes, *findings: str, file: str = "data.csv") -> Good:
    """Return a file with the same content as `PLAIN`."""
    return Good(
        name,
        content,
        {"data": [1.0, 2.0, 3.0, 4.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=findings,
        file=file,
    )


def stamped(name: str, stamps: list[str], start: str, frequency: str, **more: object) -> Good:
    """Return a file of one series with these timestamps and the values 1, 2, 3, ..."""
    rows = "".join(f'"{stamp}",{value}\n' for value, stamp in enumerate(stamps, 1))
    values = [float(value) for value in range(1, len(stamps) + 1)]
    content = "date,sales\n" + rows
    return Good(name, content, {"data": values}, start, frequency, ("sales",), **more)  # type: ignore[arg-type]


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

DELIMITED = [
    plain("semicolons", PLAIN.replace(",", ";")),
    plain("tabs", PLAIN.replace(",", "\t")),
    plain("bars", PLAIN.replace(",", "|")),
    plain("runs of spaces", PLAIN.replace(",", "   ")),
    plain(
        "everything quoted", '"' + PLAIN.strip().replace(",", '","').replace("\n", '"\n"') + '"\n'
    ),
    plain("spaces after commas", PLAIN.replace(",", ", ")),
    plain("a trailing delimiter", PLAIN.replace("\n", ",\n")),
    plain("blank lines and comments", "# made by hand\n\n" + PLAIN.replace("\n", "\n\n# -\n")),
    plain("a title", "Sales of one shop\n\n" + PLAIN, "starts after 1 line of text. (line 1)"),
    plain(
        "an index column",
        ",date,sales\n0,2024-01-01,1\n1,2024-01-02,2\n2,2024-01-03,3\n3,2024-01-04,4\n",
        "'column 1' only numbers the rows",
    ),
    Good(
        "a decimal comma",
        "date;load\n2024-01-01;1,25\n2024-01-02;2,5\n2024-01-03;3\n",
        {"data": [1.25, 2.5, 3.0]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "a quoted decimal comma",
        'date,load\n2024-01-01,"1,25"\n2024-01-02,"2,5"\n2024-01-03,"3,0"\n',
        {"data": [1.25, 2.5, 3.0]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "quoted thousands",
        'date,load\n2024-01-01,"1,234.5"\n2024-01-02,"12,345,678"\n2024-01-03,3\n',
        {"data": [1234.5, 12345678.0, 3.0]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "continental thousands",
        "date;load\n2024-01-01;1.234,5\n2024-01-02;1.234.567\n2024-01-03;3,25\n",
        {"data": [1234.5, 1234567.0, 3.25]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "thousands separated by spaces",
        "date;load\n2024-01-01;1 234,5\n2024-01-02;12 345\n2024-01-03;3,25\n",
        {"data": [1234.5, 12345.0, 3.25]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "three digits after a decimal comma",
        "date;load\n2024-01-01;1,234\n2024-01-02;2,345\n2024-01-03;3,456\n",
        {"data": [1.234, 2.345, 3.456]},
        "2024-01-01",
        "D",
        ("load",),
    ),
    Good(
        "quoted names with delimiters and line ends",
        'id,value\n"Oslo, east",1\n"Oslo, east",2\n"Oslo, east",3\n"two\n'
        'lines",4\n"two\nlines",5\n"two\nlines",6\n',
        {"Oslo, east": [1.0, 2.0, 3.0], "two\nlines": [4.0, 5.0, 6.0]},
        targets=("value",),
    ),
    Good(
        "no header",
        "2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n",
        {"data": [1.0, 2.0, 3.0]},
        "2024-01-01",
        "D",
    ),
    Good(
        "the same name twice",
        "date,a,a\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n",
        {"a": [1.0, 2.0, 3.0], "a (2)": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
        findings=("The header repeats 'a'.",),
    ),
    Good("a single column without a header", "1\n2\n3.5\n", {"data": [1.0, 2.0, 3.5]}),
    Good(
        "a single column with a header",
        "load\n1\n\n3\n4\n\n",
        {"data": [1.0, NAN, 3.0, 4.0]},
        targets=("load",),
    ),
    Good(
        "decimal commas in a single column",
        "load\n1,5\n2,5\n3\n",
        {"data": [1.5, 2.5, 3.0]},
        targets=("load",),
    ),
]

LAYOUTS = [
    Good(
        "long",
        "item_id,timestamp,target\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-03,3\n"
        "b,2024-01-01,4\nb,2024-01-02,5\nb,2024-01-03,6\n",
        {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
    ),
    Good(
        "long by time",
        "when,city,rain\n2024-01-01,b,1\n2024-01-01,a,4\n2024-01-02,b,2\n"
        "2024-01-02,a,5\n2024-01-03,b,3\n2024-01-03,a,6\n",
        {"b": [1.0, 2.0, 3.0], "a": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
        ("rain",),
    ),
    Good(
        "long with numeric ids",
        "store_id,date,sales\n007,2024-01-01,1\n007,2024-01-02,2\n007,2024-01-03,3\n"
        "12,2024-01-01,4\n12,2024-01-02,5\n12,2024-01-03,6\n",
        {"007": [1.0, 2.0, 3.0], "12": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
        ("sales",),
    ),
    Good(
        "long without timestamps",
        "series,value\na,1\na,2\na,3\nb,4\nb,5\nb,6\nb,7\n",
        {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0, 7.0]},
        targets=("value",),
    ),
    Good(
        "long with several targets",
        "id,date,up,down\na,2024-01-01,1,4\na,2024-01-02,2,5\na,2024-01-03,3,6\n",
        {"a": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]},
        "2024-01-01",
        "D",
        ("up", "down"),
    ),
    Good(
        "long with a known future",
        "id,date,units,promotion\na,2024-01-01,1,0\na,2024-01-02,2,1\na,2024-01-03,3,0\na,2024-01-04,,1\n"
        "b,2024-01-01,4,0\nb,2024-01-02,5,1\nb,2024-01-03,6,0\nb,2024-01-04,,1\nb,2024-01-05,,1\n",
        {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
        ("units",),
        covariates=((), ("promotion",)),
        findings=("Column 'promotion' continues after the last values of 'units'.",),
    ),
    Good(
        "one item with a known future",
        "date,sales,holiday\n2024-01-01,1,False\n2024-01-02,2,True\n"
        "2024-01-03,3,False\n2024-01-04,4,False\n2024-01-05,,True\n",
        {"data": [1.0, 2.0, 3.0, 4.0]},
        "2024-01-01",
        "D",
        ("sales",),
        covariates=((), ("holiday",)),
        findings=("Column 'holiday' continues after the last values of 'sales'.",),
    ),
    Good(
        "a target by its name",
        "date,temperature,demand\n2024-01-01,7,1\n2024-01-02,8,2\n2024-01-03,9,3\n",
        {"data": [1.0, 2.0, 3.0]},
        "2024-01-01",
        "D",
        ("demand",),
        covariates=(("temperature",), ()),
    ),
    Good(
        "wide",
        "date,north,south\n2024-01-01,1,4\n2024-01-02,2,\n2024-01-03,3,6\n2024-01-04,4,7\n",
        {"north": [1.0, 2.0, 3.0, 4.0], "south": [4.0, NAN, 6.0, 7.0]},
        "2024-01-01",
        "D",
    ),
    Good(
        "wide without timestamps",
        "north,south\n1,4\n2,5\n3,6\n",
        {"north": [1.0, 2.0, 3.0], "south": [4.0, 5.0, 6.0]},
    ),
    Good(
        "wide with series of different ages",
        "date,old,new\n"
        + "".join(f"2024-01-0{day},{day},{day if day > 6 else ''}\n" for day in range(1, 10)),
        {"old": [float(day) for day in range(1, 10)], "new": [NAN] * 6 + [7.0, 8.0, 9.0]},
        "2024-01-01",
        "D",
    ),
    Good(
        "prices",
        "Date,Close,High,Low,Open,Adj Close,Volume\n2024-01-01,4,5,1,2,4,10\n"
        "2024-01-02,5,6,2,3,5,20\n2024-01-03,6,7,3,4,6,30\n",
        {"ACME": [[2.0, 3.0, 4.0], [5.0, 6.0, 7.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]},
        "2024-01-01",
        "D",
        ("Open", "High", "Low", "Close"),
        covariates=(("Adj Close", "Volume"), ()),
        file="ACME.csv",
    ),
    Good(
        "prices with a symbol",
        "timestamp,open,high,low,close,volume,trade_count,vwap,symbol\n2024-01-01,2,5,1,4,10,1,3,XY\n"
        "2024-01-02,3,6,2,5,20,2,4,XY\n2024-01-03,4,7,3,6,30,3,5,XY\n",
        {"XY": [[2.0, 3.0, 4.0], [5.0, 6.0, 7.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]},
        "2024-01-01",
        "D",
        ("open", "high", "low", "close"),
        covariates=(("volume", "trade_count", "vwap"), ()),
    ),
    Good(
        "rows of different lengths",
        "a,1,2,3,4\nb,5,6,7\nc,8,9,10,11,12\n",
        {"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0, 7.0], "c": [8.0, 9.0, 10.0, 11.0, 12.0]},
    ),
    Good(
        "rows padded with empty cells",
        "name,V1,V2,V3,V4\nH1,1,2,3,\nH2,5,,7,8\nH3,,1,2,3\n",
        {"H1": [1.0, 2.0, 3.0], "H2": [5.0, NAN, 7.0, 8.0], "H3": [NAN, 1.0, 2.0, 3.0]},
    ),
    Good(
        "rows under dates",
        "country,2020-01,2020-02,2020-03,2020-04\nNO,1,2,3,4\nSE,5,6,7,8\n",
        {"NO": [1.0, 2.0, 3.0, 4.0], "SE": [5.0, 6.0, 7.0, 8.0]},
        "2020-01-01",
        "MS",
    ),
    Good(
        "rows under years",
        "country;2019;2020;2021\nNO;1,5;2;3\nSE;4;5;6\n",
        {"NO": [1.5, 2.0, 3.0], "SE": [4.0, 5.0, 6.0]},
        "2019-01-01",
        "YS",
    ),
    Good(
        "rows with text and the same id twice",
        "a,1,2,3\na,4,x,6,7\nc,7,8,9,inf,1\n",
        {"a": [1.0, 2.0, 3.0], "a (2)": [4.0, NAN, 6.0, 7.0], "c": [7.0, 8.0, 9.0, NAN, 1.0]},
        findings=(
            "2 values are not finite numbers. (line 2: 'x', line 3: 'inf')",
            "1 row has the id of an earlier row. (a)",
        ),
        options=ReadOptions(layout="rows"),
    ),
]

TIMESTAMPS = [
    stamped("hours", HOURS, HOURS[0], "h"),
    stamped(
        "quarter hours",
        [f"2024-05-01T10:{m}:00" for m in ("00", "15", "30", "45")],
        "2024-05-01T10:00",
        "15min",
    ),
    stamped(
        "fractions of a second",
        [f"2024-05-01 10:00:00.{n}" for n in ("000", "250", "500", "750")],
        "2024-05-01T10:00",
        "250ms",
    ),
    stamped("UTC", [hour + "Z" for hour in HOURS], HOURS[0], "h", timezone="UTC"),
    stamped("UTC by name", [hour + " UTC" for hour in HOURS], HOURS[0], "h", timezone="UTC"),
    stamped(
        "one offset",
        [hour + "+02:00" for hour in HOURS],
        "2024-04-30T22:00",
        "h",
        timezone="+02:00",
    ),
    stamped(
        "start of summer time",
        [
            "2024-03-30T00:00+01:00",
            "2024-03-31T00:00+01:00",
            "2024-04-01T00:00+02:00",
            "2024-04-02T00:00+02:00",
        ],
        "2024-03-29T23:00",
        "D",
        timezone="UTC",
        findings=("different UTC offsets: +01:00, +02:00",),
    ),
    stamped(
        "some without an offset",
        ["2024-05-01T00:00Z", "2024-05-01T01:00", "2024-05-01T02:00Z"],
        "2024-05-01",
        "h",
        timezone="UTC",
        findings=("different UTC offsets: UTC, none",),
    ),
    stamped(
        "day first", ["30/01/2024", "31/01/2024", "01/02/2024", "02/02/2024"], "2024-01-30", "D"
    ),
    stamped(
        "month first", ["01/30/2024", "01/31/2024", "02/01/2024", "02/02/2024"], "2024-01-30", "D"
    ),
    stamped(
        "dots", ["30.1.2024 12:00", "31.1.2024 12:00", "1.2.2024 12:00"], "2024-01-30T12:00", "D"
    ),
    stamped(
        "ambiguous dates",
        ["01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024"],
        "2024-01-02",
        "MS",
        findings=("Every date is valid both day-first and month-first.",),
    ),
    stamped(
        "day first by option",
        ["01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024"],
        "2024-02-01",
        "D",
        options=ReadOptions(day_first=True),
    ),
    stamped(
        "twelve hours",
        ["1/30/2024 11:00 AM", "1/30/2024 12:00 PM", "1/30/2024 1:00 PM"],
        "2024-01-30T11:00",
        "h",
    ),
    stamped(
        "names of months", ["Jan 2024", "Feb 2024", "Mar 2024", "May 2024"][:3], "2024-01-01", "MS"
    ),
    stamped(
        "days with names of months", ["30-Jan-24", "31-Jan-24", "01-Feb-24"], "2024-01-30", "D"
    ),
    stamped(
        "spreadsheet midnights", ["1/30/2024", "1/30/2024 12:00", "1/31/2024"], "2024-01-30", "12h"
    ),
    stamped(
        "epoch seconds", ["1700000000", "1700003600", "1700007200"], "2023-11-14T22:13:20", "h"
    ),
    stamped(
        "epoch milliseconds",
        ["1700000000000", "1700000060000", "1700000120000"],
        "2023-11-14T22:13:20",
        "min",
    ),
    stamped("compact dates", ["20240101", "20240102", "20240103"], "2024-01-01", "D"),
    stamped("months", ["2024-01", "2024-02", "2024-03"], "2024-01-01", "MS"),
    stamped(
        "month ends", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], "2024-01-31", "ME"
    ),
    stamped("quarters", ["2023Q3", "2023Q4", "2024Q1"], "2023-07-01", "QS"),
    stamped(
        "quarter ends", ["2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31"], "2023-06-30", "QE"
    ),
    stamped("years", ["2019", "2020", "2021"], "2019-01-01", "YS"),
    stamped("financial years", ["2019-04-01", "2020-04-01", "2021-04-01"], "2019-04-01", "YS-APR"),
    stamped("weeks", ["2024-01-07", "2024-01-14", "2024-01-21"], "2024-01-07", "W-SUN"),
    stamped("fortnights", ["2024-01-01", "2024-01-15", "2024-01-29"], "2024-01-01", "2W-MON"),
    stamped(
        "business days", ["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"], "2024-01-04", "B"
    ),
    stamped("before the epoch", ["1901-01-01", "1901-01-02", "1901-01-03"], "1901-01-01", "D"),
    stamped(
        "a specified timestamp format",
        ["2024|001", "2024|002", "2024|003"],
        "2024-01-01",
        "D",
        options=ReadOptions(timestamp_column="date", timestamp_format="%Y|%j"),
    ),
]


def daily(values: dict[str, str]) -> str:
    return "date,sales\n" + "".join(f"2024-01-{day},{value}\n" for day, value in values.items())


PROBLEMS = [
    Good(
        "a gap",
        daily({"01": "1", "02": "2", "05": "5", "06": "6"}),
        {"data": [1.0, 2.0, NAN, NAN, 5.0, 6.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=("2 timestamps are missing at the frequency 'D'",),
    ),
    Good(
        "gaps too wide to fill",
        daily({"01": "1", "02": "2", "03": "3", "20": "4"}),
        {"data": [1.0, 2.0, 3.0, 4.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=("irregular",),
    ),
    Good(
        "irregular",
        "date,sales\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n"
        "2024-01-01 02:00,3\n2024-01-01 02:40,4\n",
        {"data": [1.0, 2.0, 3.0, 4.0]},
        "2024-01-01",
        "h",
        ("sales",),
        findings=("irregular",),
    ),
    Good(
        "business days with a holiday",
        daily({"04": "1", "05": "2", "08": "3", "10": "5", "11": "6"}),
        {"data": [1.0, 2.0, 3.0, NAN, 5.0, 6.0]},
        "2024-01-04",
        "B",
        ("sales",),
        findings=("1 timestamp is missing at the frequency 'B'",),
    ),
    plain(
        "descending",
        "date,sales\n2024-01-04,4\n2024-01-03,3\n2024-01-02,2\n2024-01-01,1\n",
        "not sorted by time",
    ),
    plain(
        "a timestamp twice",
        PLAIN.replace("2024-01-02,2", "2024-01-02,9\n2024-01-02,2"),
        "1 row has the timestamp of a later row of the same item. (line 3)",
    ),
    plain(
        "a row without a timestamp",
        PLAIN + "total,10\n",
        "1 row has no readable timestamp. (line 6)",
    ),
    plain(
        "a line too long",
        PLAIN.replace(",3\n", ",3\n2024-01-03,3,3,3\n"),
        "1 line has more fields than the header. (line 5)",
    ),
    plain(
        "an empty column",
        PLAIN.replace("\n", ",\n").replace("sales,", "sales,note"),
        "Column 'note' has no values.",
    ),
    plain(
        "a column of text",
        "date,sales,note\n2024-01-01,1,x\n2024-01-02,2,y\n2024-01-03,3,\n2024-01-04,4,z\n",
        "Column 'note' contains text, not numbers.",
    ),
    Good(
        "text among numbers",
        daily({"01": "1", "02": "closed", "03": "3", "04": "n/a", "05": "5"}),
        {"data": [1.0, NAN, 3.0, NAN, 5.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=("1 value that is not a number. (line 3: 'closed')",),
    ),
    Good(
        "infinite values",
        daily({"01": "1", "02": "inf", "03": "-Infinity", "04": "4", "05": "5"}),
        {"data": [1.0, NAN, NAN, 4.0, 5.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=("2 infinite values. (line 3, line 4)",),
    ),
    Good(
        "a line too short",
        "date,a,b\n2024-01-01,1,4\n2024-01-02,2\n2024-01-03,3,6\n2024-01-04,4,7\n",
        {"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, NAN, 6.0, 7.0]},
        "2024-01-01",
        "D",
        findings=("1 line has fewer fields than the header. (line 3)",),
    ),
    Good(
        "short, empty and unnamed items",
        "id,date,sales\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-03,3\n"
        "b,2024-01-01,1\nc,2024-01-01,\n,2024-01-01,7\n",
        {"a": [1.0, 2.0, 3.0], "b": [1.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=(
            "1 row has no id. (line 7)",
            "1 item has no values. (c)",
            "1 item has fewer than 3 values. (b)",
        ),
    ),
    Good(
        "separate date and time columns",
        "Date;Time;power\n"
        + "".join(f"{30 + hour // 2}/1/2024;{hour % 2 * 12}:00:00;{hour},5\n" for hour in range(4)),
        {"data": [0.5, 1.5, 2.5, 3.5]},
        "2024-01-30",
        "12h",
        ("power",),
    ),
    Good(
        "a counter for each item",
        "unique_id,ds,y\na,1,1\na,2,2\na,3,3\nb,1,4\nb,2,5\nb,3,6\n",
        {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]},
        targets=("y",),
        findings=("Column 'ds' only numbers the rows.",),
    ),
    Good(
        "numeric ids under a known name",
        "date,store,sales\n"
        + "".join(f"2024-01-0{day},{one},{one * day}\n" for day in (1, 2, 3) for one in (1, 2)),
        {"1": [1.0, 2.0, 3.0], "2": [2.0, 4.0, 6.0]},
        "2024-01-01",
        "D",
        ("sales",),
    ),
    Good(
        "one value",
        "load\n5\n",
        {"data": [5.0]},
        targets=("load",),
        findings=("1 item has fewer than 3 values",),
    ),
]

GOOD = [*ENCODINGS, *DELIMITED, *LAYOUTS, *TIMESTAMPS, *PROBLEMS]

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
