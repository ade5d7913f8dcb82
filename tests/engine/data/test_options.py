from pathlib import Path

import numpy as np
import pytest

from engine.base.errors import UserError
from engine.data import Layout, ReadOptions, Role, load

ETT = "date,load,heat,oil\n" + "".join(
    f"2024-01-0{day},{day},{10 * day},{100 * day}\n" for day in range(1, 6)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "station.csv"
    path.write_text(ETT)
    return path


def error_of(path: Path, options: ReadOptions) -> str:
    with pytest.raises(UserError) as error:
        load(path, options)
    return str(error.value)


def test_that_all_unknown_columns_are_named_with_similar_and_existing_ones(
    table: Path,
) -> None:
    message = error_of(table, ReadOptions(timestamp_column="dat", target_columns=("Loud", "zzz")))
    assert message == (
        "The timestamp column 'dat' is not in station.csv. Did you mean 'date'? "
        "The target 'Loud' is not in station.csv. Did you mean 'load'? "
        "The target 'zzz' is not in station.csv. "
        "The columns of station.csv are 'date', 'load', 'heat', 'oil'."
    )


def test_that_all_unusable_values_are_named_together(table: Path) -> None:
    message = error_of(
        table,
        ReadOptions(
            delimiter=";;",
            decimal="!",
            layout="wild",
            encoding="utf-88",
            frequency="hh",
            id_column="x",
            timestamp_column="x",
        ),
    )
    for part in (
        "The delimiter ';;' is not a single character.",
        "The decimal mark '!' is neither '.' nor ','.",
        "The layout 'wild' is not one of long, wide, single, rows. Did you mean 'wide'?",
        "The encoding 'utf-88' is unknown. Did you mean 'utf-8'?",
        "The frequency 'hh' is not supported. Use min, h, D,",
        "Column 'x' has two roles: id column and timestamp column.",
    ):
        assert part in message


def test_that_a_delimiter_cannot_be_the_decimal_mark(table: Path) -> None:
    message = error_of(table, ReadOptions(delimiter=",", decimal=","))
    assert message.startswith("',' cannot be both the delimiter and the decimal mark.")


def test_that_an_unsupported_frequency_is_refused(table: Path) -> None:
    assert "'SMS' is not supported" in error_of(table, ReadOptions(frequency="SMS"))


def test_that_a_specified_target_makes_the_others_covariates(table: Path) -> None:
    loaded = load(table, ReadOptions(target_columns=("oil",)))
    assert [one.item_id for one in loaded.series] == ["station"]
    assert loaded.target_names == ("oil",)
    assert loaded.past_covariate_names == ("load", "heat")
    assert loaded.series[0].past_covariates.shape == (2, 5)


def test_that_targets_of_the_wide_layout_are_items(table: Path) -> None:
    loaded = load(table, ReadOptions(layout="wide", target_columns=("oil", "heat")))
    assert [one.item_id for one in loaded.series] == ["heat", "oil"] or [
        one.item_id for one in loaded.series
    ] == ["oil", "heat"]
    assert loaded.past_covariate_names == ()


def test_that_a_wide_table_can_be_read_as_one_item(table: Path) -> None:
    loaded = load(table, ReadOptions(layout="single"))
    assert loaded.target_names == ("load", "heat", "oil")
    assert loaded.series[0].targets.shape == (3, 5)


def test_that_no_covariates_means_none(table: Path) -> None:
    loaded = load(table, ReadOptions(past_covariate_columns=()))
    assert loaded.target_names == ("load", "heat", "oil")
    assert loaded.past_covariate_names == ()


def test_that_known_covariates_may_be_specified_without_future_values(table: Path) -> None:
    loaded = load(table, ReadOptions(known_covariate_columns=("heat",)))
    assert loaded.target_names == ("load", "oil")
    assert loaded.known_covariate_names == ("heat",)
    assert loaded.series[0].known_covariates.shape == (1, 5)


def test_that_a_specified_id_overrides_the_inferred_one(tmp_path: Path) -> None:
    path = tmp_path / "shops.csv"
    path.write_text("id,shop,sales\n" + "".join(f"{n},{'ab'[n % 2]},{n}\n" for n in range(8)))
    loaded = load(path, ReadOptions(id_column="shop", target_columns=("sales",)))
    assert [one.item_id for one in loaded.series] == ["a", "b"]
    np.testing.assert_array_equal(loaded.series[1].targets, [[1, 3, 5, 7]])


def test_that_a_specified_frequency_overrides_the_inferred_one(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    path.write_text("date,sales\n2024-01-01,1\n2024-01-03,2\n2024-01-05,3\n")
    loaded = load(path, ReadOptions(frequency="D"))
    assert loaded.series[0].frequency == "D"
    np.testing.assert_array_equal(loaded.series[0].targets, [[1, np.nan, 2, np.nan, 3]])


def test_that_specified_marks_override_the_inferred_ones(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(
        "día;carga\n2024-01-01;1.234\n2024-01-02;2.345\n2024-01-03;3.456\n".encode("cp1252")
    )
    inferred = load(path).series[0].targets
    np.testing.assert_array_equal(inferred, [[1.234, 2.345, 3.456]])
    options = ReadOptions(delimiter=";", decimal=",", encoding="latin-1")
    loaded = load(path, options)
    assert loaded.target_names == ("carga",)
    assert loaded.reading is not None
    assert (loaded.reading.decimal, loaded.reading.encoding) == (",", "latin-1")


def test_that_the_reading_shows_what_was_inferred(table: Path) -> None:
    reading = load(table).reading
    assert reading is not None
    assert (reading.source, reading.encoding, reading.delimiter) == ("station.csv", "utf-8", ",")
    assert (reading.layout, reading.frequency, reading.timezone) == (Layout.WIDE, "D", None)
    assert (reading.rows, reading.items, reading.has_header) == (5, 3, True)
    assert reading.timestamp_format == "ISO 8601"
    assert [(one.name, one.role) for one in reading.columns] == [
        ("date", Role.TIMESTAMP),
        ("load", Role.TARGET),
        ("heat", Role.TARGET),
        ("oil", Role.TARGET),
    ]


def test_that_a_left_out_column_gets_no_other_role(tmp_path: Path) -> None:
    path = tmp_path / "shops.csv"
    rows = (f"2024-01-{day:02},{shop},{day},{day}" for shop in "ab" for day in range(1, 29))
    path.write_text("\n".join(["day,item_id,load,target", *rows]) + "\n")
    named = load(path)
    assert [one.item_id for one in named.series] == ["a", "b"]
    assert named.target_names == ("target",)
    free = load(path, ReadOptions(left_out_columns=("target",)))
    assert free.target_names == ("load",)
    single = tmp_path / "shop.csv"
    single.write_text("\n".join(path.read_text().splitlines()[:29]) + "\n")
    assert [one.item_id for one in load(single).series] == ["a"]
    without = load(single, ReadOptions(left_out_columns=("item_id",)))
    assert "a" not in [one.item_id for one in without.series]
    assert without.reading is not None
    roles = {column.name: column.role for column in without.reading.columns}
    assert roles["item_id"] is Role.LEFT_OUT
    wide = tmp_path / "wide.csv"
    wide.write_text(
        "date,heat,oil,gas\n" + "\n".join(f"2024-01-{d:02},{d},{d},{d}" for d in range(1, 9))
    )
    fewer = load(wide, ReadOptions(left_out_columns=("oil",)))
    assert [one.item_id for one in fewer.series] == ["heat", "gas"]
    across = tmp_path / "across.csv"
    across.write_text("id,1,2,3,4\na,1,2,3,4\nb,2,3,4,5\n")
    assert "Each row of across.csv is a series, so no column can be left out." in error_of(
        across, ReadOptions(left_out_columns=("2",))
    )
    assert "Column 'target' has two roles: target and left-out column." in error_of(
        path, ReadOptions(target_columns=("target",), left_out_columns=("target",))
    )
