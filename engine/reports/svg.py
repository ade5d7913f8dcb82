"""Draw charts as SVG: curves, bands, dots and levels over one pair of axes.

The page around a chart defines its colours as classes, so a chart follows the page's theme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

WIDTH = 720
HEIGHT = 240
LEFT = 64
RIGHT = 12
TOP = 12
BOTTOM = 36

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line, with a gap where a value is missing.

    Attributes:
        kind: Its class, which decides the colour.
        label: For the legend; empty to leave it out.
        x: Shape (points,).
        y: Shape (points,).
        dashed: Whether it is dashed, which tells it apart without colours.
    """

    kind: str
    label: str
    x: Values
    y: Values
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two lines.

    Attributes:
        kind: Its class.
        label: For the legend; empty to leave it out.
        x: Shape (points,).
        low: Shape (points,).
        high: Shape (points,).
    """

    kind: str
    label: str
    x: Values
    low: Values
    high: Values


@dataclass(frozen=True, slots=True)
class Dots:
    """Separate points.

    Attributes:
        kind: Their class.
        label: For the legend; empty to leave it out.
        x: Shape (points,).
        y: Shape (points,).
    """

    kind: str
    label: str
    x: Values
    y: Values


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line across the whole chart.

    Attributes:
        kind: Its class.
        label: For the legend; empty to leave it out.
        y: Its height.
    """

    kind: str
    label: str
    y: float


Layer = Curve | Band | Dots | Level


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis, which maps values to pixels.

    Attributes:
        low: Value at its beginning.
        high: Value at its end.
        start: Pixel of its beginning.
        end: Pixel of its end.
    """

    low: float
    high: float
    start: float
    end: float

    def pixel(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int) -> list[float]:
        """Return round numbers along the axis, about as many as wanted."""
        rough = (self.high - self.low) / wanted
        power = 10.0 ** floor(log10(rough))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [index * step for index in range(first, last + 1)]


def chart(
    title: str, layers: Sequence[Layer], x_label: str, y_label: str, height: int = HEIGHT
) -> str:
    """Draw a chart.

    Args:
        title: Its title, for screen readers.
        layers: The layers, the first at the bottom.
        x_label: Label of the horizontal axis.
        y_label: Label of the vertical axis.
        height: Height in pixels; the width is `WIDTH`.

    Returns:
        An `svg` element; a sentence in a `p` element if there is nothing to draw.
    """
    xs = _finite([layer.x for layer in layers if not isinstance(layer, Level)])
    ys = _finite([values for layer in layers for values in _heights(layer)])
    # Near the largest float64, the range of the values overflows.
    if not xs.size or not ys.size or not isfinite(_extent(ys)):
        return f"<p>{escape(title)}: there is nothing to draw.</p>"
    across = Axis(*_range(xs, 0.0), LEFT, WIDTH - RIGHT)
    up = Axis(*_range(ys, 0.05), height - BOTTOM, TOP)
    drawn = "".join(_draw(layer, across, up) for layer in layers)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title, quote=True)}">'
        f"{_axes(across, up, x_label, y_label, height)}{drawn}</svg>{_legend(layers)}"
    )


def _heights(layer: Layer) -> tuple[Values, ...]:
    match layer:
        case Band(low=low, high=high):
            return low, high
        case Level(y=y):
            return (np.array([y]),)
        case Curve(y=values) | Dots(y=values):
            return (values,)


def _finite(parts: Sequence[Values]) -> Values:
    every = np.concatenate(parts) if parts else np.empty(0)
    return every[np.isfinite(every)]


def _extent(values: Values) -> float:
    with np.errstate(over="ignore"):
        return float(values.max() - values.min())


def _range(values: Values, margin: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    around = margin * (high - low) or (0.0 if high > low else abs(high) or 1.0)
    return low - around, high + around


def _draw(layer: Layer, across: Axis, up: Axis) -> str:
    match layer:
        case Level():
            y = up.pixel(layer.y)
            ends = f'x1="{across.start}" x2="{across.end}" y1="{y:.1f}" y2="{y:.1f}"'
            return f'<line class="level {layer.kind}" {ends}/>'
        case Band():
            return _polygon(layer, across, up)
        case Dots():
            pairs = _pixels(layer.x, layer.y, across, up)
            dots = (f'<circle r="2" cx="{x}" cy="{y}"/>' for run in pairs for x, y in run)
            return f'<g class="dots {layer.kind}">{"".join(dots)}</g>'
        case Curve():
            style = " dashed" if layer.dashed else ""
            runs = _pixels(layer.x, layer.y, across, up)
            path = "".join("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs)
            return f'<path class="curve {layer.kind}{style}" d="{path}"/>'


def _polygon(band: Band, across: Axis, up: Axis) -> str:
    there = np.isfinite(band.low) & np.isfinite(band.high)
    x, low, high = band.x[there], band.low[there], band.high[there]
    around = zip(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), strict=True)
    points = " ".join(f"{across.pixel(a):.1f},{up.pixel(b):.1f}" for a, b in around)
    return f'<polygon class="band {band.kind}" points="{points}"/>'


def _pixels(x: Values, y: Values, across: Axis, up: Axis) -> list[list[tuple[str, str]]]:
    """Return the runs of points without a gap."""
    runs: list[list[tuple[str, str]]] = [[]]
    for a, b in zip(x, y, strict=True):
        if isfinite(a) and isfinite(b):
            runs[-1].append((f"{across.pixel(a):.1f}", f"{up.pixel(b):.1f}"))
        else:
            runs.append([])
    return [run for run in runs if run]


def _axes(across: Axis, up: Axis, x_label: str, y_label: str, height: int) -> str:
    parts = []
    for tick in up.ticks(4):
        y = up.pixel(tick)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:.6g}</text>'
        )
    for tick in across.ticks(8):
        x = across.pixel(tick)
        y = height - BOTTOM + 14
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{y}" text-anchor="middle">{tick:.6g}</text>'
        )
    middle = (up.start + up.end) / 2
    parts.append(
        f'<text class="label" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{height - 6}" '
        f'text-anchor="middle">{escape(x_label)}</text>'
        f'<text class="label" transform="translate(12 {middle}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    return "".join(parts)


def _legend(layers: Sequence[Layer]) -> str:
    entries = [
        f'<span class="key {layer.kind}{" dashed" if _is_dashed(layer) else ""}"></span>'
        f"{escape(layer.label)}"
        for layer in layers
        if layer.label
    ]
    return f'<p class="legend">{" ".join(entries)}</p>' if entries else ""


def _is_dashed(layer: Layer) -> bool:
    return isinstance(layer, Curve) and layer.dashed
