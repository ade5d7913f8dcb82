"""Files that are read with findings."""

from tests.support.csv_corpus.cases import NAN, PLAIN, Good, plain


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
