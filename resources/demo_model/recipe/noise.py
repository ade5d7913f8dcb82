"""Random components without a season: noises, autoregressions, walks and Gaussian processes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def choose(
    rng: np.random.Generator, options: Sequence[Array], weights: Sequence[float] | None = None
) -> Array:
    """Take each row from one of several arrays of shape (rows, length)."""
    rows = len(options[0])
    probability = None if weights is None else np.asarray(weights) / np.sum(weights)
    kind = rng.choice(len(options), rows, p=probability)
    chosen: Array = np.stack(options)[kind, np.arange(rows)]
    return chosen


def standardise(values: Array) -> Array:
    """Rows with mean 0 and deviation 1; constant rows become 0."""
    centred = values - values.mean(1, keepdims=True)
    unit: Array = centred / (centred.std(1, keepdims=True) + 1e-9)
    return unit


def log_uniform(rng: np.random.Generator, low: float, high: float, rows: int) -> Array:
    """Log-uniform draws of shape (rows, 1)."""
    return np.exp(rng.uniform(np.log(low), np.log(high), (rows, 1)))


def lower_level(values: Array, share: Array) -> Array:
    """What a share of each row is below: (rows, length) and (rows, 1) -> (rows, 1)."""
    rank = (share * values.shape[1]).astype(int)
    return np.take_along_axis(np.sort(values, axis=1), rank, 1)


def smooth_walk(rng: np.random.Generator, rows: int, length: int, knots: int = 12) -> Array:
    """A slow wandering curve: a random walk over few knots joined by lines, deviation about 1."""
    count = int(rng.integers(3, knots + 1))
    heights = np.cumsum(rng.standard_normal((rows, count + 2)), axis=1) / np.sqrt(count / 2)
    position = np.arange(length) / length * count + rng.random()
    left = position.astype(int)
    weight = position - left
    curve = heights[:, left] * (1 - weight) + heights[:, left + 1] * weight
    centred: Array = curve - curve.mean(1, keepdims=True)
    return centred


def innovations(rng: np.random.Generator, rows: int, length: int) -> Array:
    """White noise of deviation about 1: Gaussian, Student t, Laplace, skewed, or bursts."""
    white = rng.standard_normal((rows, length))
    kind = rng.choice(6, rows, p=[0.5, 0.15, 0.1, 0.1, 0.1, 0.05])
    freedom = np.where(kind == 1, rng.choice([2.2, 3.0, 4.0, 6.0], rows), 1e6)[:, None]
    heavy = kind == 1
    if heavy.any():
        white[heavy] /= np.sqrt(
            rng.chisquare(freedom[heavy], (heavy.sum(), length)) / freedom[heavy]
        )
        white[heavy] *= np.sqrt((freedom[heavy] - 2) / freedom[heavy])
    for index, draw in ((2, rng.laplace), (3, rng.gumbel)):
        chosen = kind == index
        white[chosen] = standardise(draw(size=(chosen.sum(), length))) if chosen.any() else 0
    bursts = kind == 4
    if bursts.any():
        log_volatility = smooth_walk(rng, int(bursts.sum()), length)
        white[bursts] *= np.exp(np.clip(log_volatility, -2, 2))
    sparse = kind == 5
    white[sparse] *= (rng.random((int(sparse.sum()), length)) < 0.1) * 3.0
    return white


def autoregression(rng: np.random.Generator, rows: int, length: int) -> Array:
    """AR(1) and damped oscillations AR(2), from white to near unit root; deviation 1.

    The filter 1 / A(z) is applied in the frequency domain, over a circle twice as long.
    """
    noise = np.fft.rfft(innovations(rng, rows, 2 * length), axis=1)
    radius = choose(rng, [rng.random((rows, 1)), 1 - 10 ** rng.uniform(-2.5, -0.3, (rows, 1))])
    angle = rng.uniform(0.02, np.pi, (rows, 1)) * (rng.random((rows, 1)) < 0.3)
    pole = radius * np.exp(1j * angle)
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * length))[None]
    response = np.where(
        angle > 0, (1 - pole * delay) * (1 - np.conj(pole) * delay), 1 - pole * delay
    )
    return standardise(np.fft.irfft(noise / response, 2 * length, axis=1)[:, :length])


def oscillators(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Sums of one to six oscillations of unrelated periods, from a pure tone to a short memory.

    Each is an AR(2) with complex poles, filtered like `autoregression`; together they are
    autoregressions of an order up to twelve. They seem to repeat and never quite do.
    """
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * length))[None]
    wanted = rng.integers(1, 7, (rows, 1))
    value = np.zeros((rows, length))
    for count in range(6):
        period = np.exp(rng.uniform(np.log(3), np.log(400), (rows, 1)))
        pole = (1 - 10 ** rng.uniform(-4.5, -1.5, (rows, 1))) * np.exp(2j * np.pi / period)
        white = rng.standard_normal((rows, len(delay[0]), 2)) @ np.array([1, 1j])
        response = (1 - pole * delay) * (1 - np.conj(pole) * delay)
        wave = standardise(np.fft.irfft(white / response, 2 * length, axis=1)[:, :length])
        value += (count < wanted) * np.exp(rng.normal(0, 0.7, (rows, 1))) * wave
    return standardise(value)


def random_walk(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Sums of noise, with drift in half of the rows; deviation 1."""
    steps = innovations(rng, rows, length)
    drift = rng.standard_normal((rows, 1)) * rng.choice([0.0, 0.05, 0.2], (rows, 1))
    return standardise(np.cumsum(steps + drift, axis=1))


def coloured_noise(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Gaussian processes with a power-law spectrum f^-b, b in 0..3 (rough to smooth)."""
    size = 2 * length
    frequency = np.fft.rfftfreq(size)
    frequency[0] = frequency[1]
    exponent = rng.uniform(0.0, 3.0, (rows, 1))
    flat_below = 10 ** rng.uniform(-3, -1, (rows, 1))
    spectrum = np.maximum(frequency[None], flat_below) ** (-exponent / 2)
    phases = rng.standard_normal((rows, len(frequency), 2)) @ np.array([1, 1j])
    return standardise(np.fft.irfft(spectrum * phases, size, axis=1)[:, :length])


def trend(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Lines, broken lines, saturations, exponentials and slow walks; about one unit over the row.

    Half of the rows have none.
    """
    time = np.arange(length)[None] / length
    line = np.broadcast_to(time, (rows, length))
    bend = rng.random((rows, 1))
    broken = line + rng.standard_normal((rows, 1)) * 2 * np.maximum(0, line - bend)
    rate = rng.uniform(-4, 4, (rows, 1))
    exponential = np.expm1(rate * line) / np.expm1(np.abs(rate))
    saturation = 1 / (1 + np.exp(-(line - bend) * rng.uniform(4, 20, (rows, 1))))
    walk = smooth_walk(rng, rows, length, 40)
    shape = choose(
        rng, [np.zeros_like(walk), line, broken, exponential, saturation, walk], [5, 2, 1, 1, 1, 2]
    )
    return shape * rng.standard_normal((rows, 1))
