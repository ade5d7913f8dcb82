"""Delimiters, quotes and decimal marks."""

from tests.support.csv_corpus.cases import NAN, PLAIN, Good, plain

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
    plain("comments above the first row", "# made by hand\n\n" + PLAIN.replace("\n", "\n# -\n", 1)),
    plain(
        "blank lines and comments",
        "# made by hand\n\n" + PLAIN.replace("\n", "\n\n# -\n"),
        "4 lines after the first row begin with #. (line 8, line 11, line 14, line 17)",
    ),
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
    Good(
        "a column without a name after one that has its number",
        "date,column 3,\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n",
        {"column 3": [1.0, 2.0, 3.0], "column 3 (2)": [4.0, 5.0, 6.0]},
        "2024-01-01",
        "D",
        findings=("The header repeats 'column 3'.",),
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
