"""Cells of hostile tables: numbers, dates, names and names of missing values."""

from random import Random

CANARY = "canary"
"""Name of a file that appears where a payload is executed."""

COMMANDS = (
    f"$(touch {CANARY})",
    f"`touch {CANARY}`",
    f";touch {CANARY};",
    f"|touch {CANARY}",
    f"__import__('os').system('touch {CANARY}')",
    f"!!python/object/apply:os.system ['touch {CANARY}']",
    f"cos\nsystem\n(S'touch {CANARY}'\ntR.",
    f"=cmd|'/c touch {CANARY}'!A1",
    f"{{{{7*7}}}}${{touch {CANARY}}}",
)
"""Payloads for shells, interpreters, unpicklers, spreadsheets and templates."""

NUMBERS = (
    *("1e308", "-1e308", "1.7976931348623157e308", "1e309", "-1e400", "1e-320", "5e-324", "1e-400"),
    *("inf", "-inf", "Infinity", "nan", "NaN", "-nan", "-0", "-0.0", "0", "00", "1" * 400),
    *("1,500", "1.500,00", "1.234.567", "1,234,567.89", "1 000", "1\u00a0000", "1'000", "1_000"),
    *("0x1F", "1e", "e5", "1e5", "1E+05", "1d5", "+5", "\u22125", "(5)", "5-", "$5", "5 €", "5%"),
    *(".5", "5.", ".", ",", "1..2", "1,,2", "\u0661\u0662", "½", "²", "∞", "1\x005", "5\x1b[31m"),
    *("99999999999999999999", "9007199254740993", "0." + "0" * 300 + "1", "-2+3", "1/2", "12:30"),
)

MISSING = (
    *("", " ", "\t", "NA", "N/A", "#N/A", "null", "NULL", "None", "-", "--", "?", ".", "nan"),
    *("#REF!", "#DIV/0!", "missing", "TRUE", "false", "\u00a0", "\u200b", "''", '""'),
)

DATES = (
    *(
        "2024-01-{day:02}",
        "{day:02}.01.2024",
        "01/{day:02}/2024",
        "{day:02}/01/24",
        "202401{day:02}",
    ),
    *("2024-01-{day:02}T10:00:00Z", "2024-01-{day:02} 10:00:00+05:30", "Jan {day}, 2024"),
    *("{day} January 2024", "2024-W{day:02}", "2024-Q{quarter}", "2024-{month:02}", "20{day:02}"),
    *("17{day:08}", "17{day:011}", "45{day:03}", "2024-01-{day:02} 10:00:00.123456789", "{day}"),
    *("10:{day:02}", "Mon {day:02} Jan", "2024-01-{day:02} 25:61", "2024-01-{day:02} noon"),
)
"""Notations of the days of a series."""

ABSURD_DATES = (
    *("0000-00-00", "9999-12-31", "10000-01-01", "1677-09-21", "2262-04-12", "-0001-01-01"),
    *("2024-02-30", "2023-02-29", "2024-13-01", "31/31/2024", "1e10", "-1", "99999999999999999999"),
    *("2024-01-01T00:00:00+99:99", "2024-01-01 00:00 Mars/Olympus", "yesterday", "NaT", "now"),
    *(
        "0001-01-01",
        "2016-12-31 23:59:60",
        "24:00",
        "2024-01-01\x00",
        "\uff11\uff12/\uff10\uff11/\uff12\uff10\uff12\uff14",
    ),
)

NAMES = (
    *("north", "a", "A", "Ä", "item 1", "0", "1e5", "nan", "None", "-", "true", "", " ", "a,b"),
    *('say "hi"', "it's", "line\nbreak", "tab\there", "\x1b[2J\x1b]0;owned\x07", "\x07", "\x7f"),
    *("=1+1", "+1", "@SUM(A1)", "\t=1", "\u202egnp.exe", "👩\u200d👩", "ﬁ", "e\u0301", "漢字"),
    *("../../etc/passwd", "/dev/null", "CON", "%s%n%d", "{0}", "<script>alert(1)</script>"),
    *("[bold]x[/bold]", "a|b", "# no comment", "item_id", "timestamp", "target", "x" * 5000),
    *("\ud7ff\ue000", "\ufeff", "\ufffd", "\u2028", "\x85", "`", "~", "\\", "\\n", *COMMANDS),
)

HEADERS = (
    *(
        "item_id",
        "id",
        "series",
        "timestamp",
        "date",
        "time",
        "ds",
        "value",
        "target",
        "y",
        "sales",
    ),
    *("sales", "price", "unique_id", "Datum", "Wert", "unnamed: 0", "", "column 1", "2024", "1.5"),
)


def hostile_number(chance: Random) -> str:
    """Return a cell where a number is expected."""
    return chance.choice(NUMBERS if chance.random() < 0.7 else MISSING)


def hostile_date(chance: Random) -> str:
    """Return a cell where a date is expected."""
    return chance.choice(ABSURD_DATES if chance.random() < 0.7 else MISSING)


def date(notation: str, day: int) -> str:
    """Return a day of a series in a notation."""
    return notation.format(day=day % 28 + 1, quarter=day % 4 + 1, month=day % 12 + 1)
