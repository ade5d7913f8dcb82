"""Generate the sample files: `python -m resources.samples.generate [FOLDER]`.

The same seed gives the same files, byte for byte.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

SEED = 20260101


def hourly(random: Generator) -> pd.DataFrame:
    """Four meters over six weeks, with a daily and a weekly season."""
    stamps = pd.date_range("2025-03-03", periods=6 * 7 * 24, freq="h")
    hour, weekday = stamps.hour.to_numpy(), stamps.day_of_week.to_numpy()
    parts = []
    for name, level, swing in (
        ("north", 120.0, 30.0),
        ("south", 80.0, 25.0),
        ("harbour", 300.0, 40.0),
        ("campus", 45.0, 20.0),
    ):
        daily = np.sin(2 * np.pi * (hour - 8) / 24) + 0.4 * np.sin(4 * np.pi * (hour - 5) / 24)
        weekly = np.where(weekday < 5, 1.0, 0.6)
        noise = random.normal(0, 0.06 * level, len(stamps))
        load = level + swing * daily * weekly + noise
        parts.append(pd.DataFrame({"item_id": name, "timestamp": stamps, "load": load.round(2)}))
    return pd.concat(parts)


def ohlc_daily(random: Generator) -> pd.DataFrame:
    """Two shares on business days, a few holidays missing."""
    days = pd.bdate_range("2023-01-02", periods=520)
    holidays = (days.month == 12) & (days.day >= 25) & (days.day <= 26)
    holidays |= (days.month == 1) & (days.day <= 2)
    days = days[~holidays]
    parts = []
    for symbol, start, volatility in (("LARK", 42.0, 0.012), ("WREN", 180.0, 0.02)):
        close = start * np.exp(np.cumsum(random.normal(0.0004, volatility, len(days))))
        opened = np.concatenate([[start], close[:-1]]) * np.exp(
            random.normal(0, volatility / 4, len(days))
        )
        above, below = np.exp(np.abs(random.normal(0, volatility / 3, (2, len(days)))))
        frame = {
            "date": days,
            "symbol": symbol,
            "open": opened.round(3),
            "high": (np.maximum(opened, close) * above).round(3),
            "low": (np.minimum(opened, close) / below).round(3),
            "close": close.round(3),
            "volume": random.lognormal(13, 0.4, len(days)).astype(np.int64),
        }
        parts.append(pd.DataFrame(frame))
    return pd.concat(parts)


def retail_counts(random: Generator) -> pd.DataFrame:
    """Daily sales of five products; price and promotion are planned four weeks ahead."""
    history, future = 400, 28
    days = pd.date_range("2024-06-01", periods=history + future, freq="D")
    weekday = days.day_of_week.to_numpy()
    parts = []
    for product, level, price in (
        ("apples", 40, 2.5),
        ("bread", 75, 3.2),
        ("coffee", 18, 7.9),
        ("dates", 4, 4.4),
        ("eggs", 55, 2.9),
    ):
        promotion = np.repeat(random.random(len(days) // 7 + 1) < 0.2, 7)[: len(days)]
        prices = np.where(promotion, price * 0.8, price).round(2)
        rate = level * (1 + 0.25 * (weekday >= 5)) * np.where(promotion, 1.6, 1.0)
        units = random.poisson(rate).astype(float)
        units[history:] = np.nan
        frame = {
            "product": product,
            "date": days,
            "sales": pd.array(units, dtype="Int64"),
            "price": prices,
            "promotion": promotion.astype(int),
        }
        parts.append(pd.DataFrame(frame))
    return pd.concat(parts)


def messy(random: Generator) -> str:
    """Return an export with most of the problems that exports have."""
    days = pd.date_range("2025-01-01", periods=90, freq="D")
    lines = [_row(day, "river", 12 + random.normal()) for day in days]
    del lines[20:24]  # a gap
    lines[30] = f"{days[34]:%d/%m/%Y};river;defect;;ok"
    lines[31] = f"{days[35]:%d/%m/%Y};river;inf;;ok"
    lines[40:50] = reversed(lines[40:50])
    lines.append(_row(days[60], "river", 99.0))  # a second value for one day
    lines += [_row(day, "brook", 3 + random.normal()) for day in days[::-1]]
    uneven = np.sort(random.choice(80, 30, replace=False))
    lines += [_row(days[day], "spring", 5 + random.normal()) for day in uneven]
    lines += [_row(day, "well", 1.0) for day in days[:2]]  # too short
    lines += [f"{day:%d/%m/%Y};dry;;;" for day in days[:5]]  # no value
    lines.insert(60, "")
    lines.insert(70, "# the logger was changed here")
    lines.insert(80, "unknown;river;10,5;;ok")
    lines.insert(90, f"{days[84]:%d/%m/%Y};river")
    title = ["Water levels, exported 2025-04-01", ""]
    return "\r\n".join([*title, "date;station;level;battery;remark", *lines, ""])


def _row(day: pd.Timestamp, station: str, level: float) -> str:
    return f"{day:%d/%m/%Y};{station};{level:.2f};;ok".replace(".", ",")


def write_samples(folder: Path) -> None:
    """Write all sample files into a folder."""
    tables = {"hourly": hourly, "ohlc_daily": ohlc_daily, "retail_counts": retail_counts}
    for name, make in tables.items():
        make(_random(name)).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "messy.csv").write_bytes(messy(_random("messy")).encode("cp1252"))


def _random(name: str) -> Generator:
    """Numbers of their own for each file, so that a change to one leaves the others alone."""
    letters: NDArray[np.uint8] = np.frombuffer(name.encode(), np.uint8)
    return np.random.default_rng([SEED, *letters.tolist()])


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
