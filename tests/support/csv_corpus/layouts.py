"""Layouts: wide, long, covariates."""

from engine.data import ReadOptions
from tests.support.csv_corpus.cases import NAN, Good

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
        "long with quoted ids that begin as comments do",
        'item_id,timestamp,target\n"#1",2024-01-01,1\n"#1",2024-01-02,2\n"#1",2024-01-03,3\n'
        "# b,2024-01-01,4\n",
        {"#1": [1.0, 2.0, 3.0]},
        "2024-01-01",
        "D",
        findings=("1 line after the first row begins with #. (line 5)",),
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
        "rows with ids that begin as comments do",
        "a,1,2,3,4\n#b,5,6,7,8\nc,9,8,7,6\n",
        {"a": [1.0, 2.0, 3.0, 4.0], "c": [9.0, 8.0, 7.0, 6.0]},
        findings=("1 line after the first row begins with #. (line 2)",),
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
