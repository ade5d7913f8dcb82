"""Timestamps and frequencies."""

from engine.data import ReadOptions
from tests.support.csv_corpus.cases import HOURS, stamped

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
