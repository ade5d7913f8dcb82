"""Families of series that training never sees, made by mechanisms it does not use.

Training adds up trends, tables of seasons and filtered noise, and strings cycles together. Here
every family is simulated from a small model of its subject instead: tides, the sun and clouds, a
queue, a heated room, a shop with error-correcting states, earthquakes, a chaotic feedback, and
commuters counted at a gate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from resources.demo_model.recipe.noise import Array

Simulator = Callable[[np.random.Generator, int, int], Array]
"""(generator, rows, length) -> series of shape (rows, length)."""


@dataclass(frozen=True)
class Family:
    """A kept-out family: its simulator, the period of its seasonal naive forecast, its horizon."""

    name: str
    simulate: Simulator
    period: int
    horizon: int
    context: int


def tides(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Hourly sea level: eight astronomical constituents and a storm surge that decays.

    Periods in hours of M2, S2, N2, K2, K1, O1, P1, Q1 (any tide table).
    """
    hours = np.array([12.4206, 12.0, 12.6583, 11.9672, 23.9345, 25.8193, 24.0659, 26.8684])
    usual = np.array([1.0, 0.46, 0.2, 0.13, 0.58, 0.41, 0.19, 0.08])
    height = usual * rng.lognormal(0, 0.6, (rows, 8))
    time = np.arange(length)[:, None] + rng.uniform(0, 1e4, (rows, 1, 1))
    phase = rng.uniform(0, 2 * np.pi, (rows, 1, 8))
    level = (height[:, None] * np.cos(2 * np.pi * time / hours + phase)).sum(-1)
    surge = np.zeros((rows, length))
    push = rng.standard_normal((rows, length)) * rng.uniform(0.01, 0.08, (rows, 1))
    for step in range(1, length):
        surge[:, step] = 0.97 * surge[:, step - 1] + push[:, step]
    sea: Array = level + surge
    return sea


def sunshine(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Hourly solar power: the sun's height at a latitude, dimmed by clouds that come and go."""
    hour = np.arange(length)[None] + rng.integers(0, 8760, (rows, 1))
    latitude = np.deg2rad(rng.uniform(-60, 60, (rows, 1)))
    declination = np.deg2rad(23.44) * np.sin(2 * np.pi * hour / 8766)
    angle = 2 * np.pi * (hour % 24 - 12) / 24
    height = np.sin(latitude) * np.sin(declination)
    height = height + np.cos(latitude) * np.cos(declination) * np.cos(angle)
    cloud = np.empty((rows, length))
    cover = rng.random(rows)
    typical, pull = rng.uniform(0, 1, rows), rng.uniform(0.02, 0.3, rows)
    for step in range(length):
        change = 0.25 * np.sqrt(pull) * rng.standard_normal(rows)
        cover = np.clip(cover + pull * (typical - cover) + change, 0, 1)
        cloud[:, step] = cover
    power: Array = np.maximum(0, height) * (1 - 0.75 * cloud**3) * 500
    return power


def queue(rng: np.random.Generator, rows: int, length: int) -> Array:
    """People in a waiting room every half hour: arrivals in shifts, departures one by one."""
    slot = np.arange(length)[None] + rng.integers(0, 336, (rows, 1))
    hour, day = slot % 48 / 2, slot // 48 % 7
    opens, lasts = rng.uniform(5, 10, (rows, 1)), rng.uniform(6, 14, (rows, 1))
    is_open = (hour >= opens) & (hour < opens + lasts)
    rush = 1 + rng.uniform(0, 2, (rows, 1)) * (np.abs(hour - opens - 1.5) < 1.5)
    closed_days = np.where(day >= 5, rng.choice([0.0, 0.4, 1.0], (rows, 1)), 1.0)
    arrivals = rng.poisson(is_open * rush * closed_days * rng.uniform(2, 40, (rows, 1)))
    leave = rng.uniform(0.15, 0.7, rows)
    present = np.zeros((rows, length))
    inside = np.zeros(rows, int)
    for step in range(length):
        inside = rng.binomial(inside, 1 - leave) + arrivals[:, step]
        present[:, step] = inside
    return present


def heated_room(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Temperature every quarter hour of a room with a thermostat, losing heat to the outside."""
    hour = (np.arange(length)[None] / 4 + rng.uniform(0, 24, (rows, 1))) % 24
    outside = 5 + 6 * np.sin(2 * np.pi * (hour - 9) / 24)
    warm = np.where((hour > 6.5) & (hour < 22), 21.0, rng.uniform(15, 19, (rows, 1)))
    loss, power = rng.uniform(0.01, 0.06, rows), rng.uniform(1.0, 2.0, rows)
    temperature = np.full(rows, 18.0)
    heating = np.zeros(rows, bool)
    weather = np.zeros(rows)
    room = np.empty((rows, length))
    for step in range(length):
        weather = 0.995 * weather + 0.2 * rng.standard_normal(rows)
        heating = np.where(
            heating, temperature < warm[:, step] + 0.5, temperature < warm[:, step] - 0.5
        )
        temperature = temperature + loss * (outside[:, step] + weather - temperature)
        temperature = temperature + heating * power * 0.6 + 0.03 * rng.standard_normal(rows)
        room[:, step] = temperature
    return room


def shop(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Monthly sales by Holt-Winters' multiplicative state space model (ETS M,A,M)."""
    level, slope = np.full(rows, 100.0), rng.normal(0, 0.5, rows)
    season = np.exp(rng.normal(0, 0.25, (rows, 12)))
    alpha, beta, gamma = (
        rng.uniform(0.02, 0.4, rows),
        rng.uniform(0, 0.02, rows),
        rng.uniform(0, 0.2, rows),
    )
    deviation = rng.uniform(0.02, 0.12, rows)
    sales = np.empty((rows, length))
    for step in range(length):
        error = 1 + deviation * np.clip(rng.standard_normal(rows), -3, 3)
        month = step % 12
        expected = np.maximum(level + slope, 10.0)
        sales[:, step] = expected * season[:, month] * error
        level = expected * (1 + alpha * (error - 1))
        slope = 0.98 * (slope + beta * expected * (error - 1))
        season[:, month] *= 1 + gamma * (error - 1)
    return sales


def aftershocks(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Daily counts of a self-exciting (Hawkes) process: every event makes others more likely."""
    base = rng.uniform(0.3, 5.0, rows)
    branching, memory = rng.uniform(0.3, 0.9, rows), rng.uniform(0.3, 0.95, rows)
    weekday = np.exp(rng.normal(0, 0.4, (rows, 7)))
    excitement = np.zeros(rows)
    counts = np.empty((rows, length))
    for step in range(length):
        events = rng.poisson(np.minimum(base * weekday[:, step % 7] + excitement, 1e4))
        excitement = memory * excitement + branching * (1 - memory) * events
        counts[:, step] = events
    return counts


def feedback(rng: np.random.Generator, rows: int, length: int) -> Array:
    """The Mackey-Glass delay equation x' = 0.2 x(t-d) / (1 + x(t-d)^10) - 0.1 x, sampled coarsely.

    Mackey and Glass, "Oscillation and chaos in physiological control systems", Science, 1977.
    """
    delay = rng.integers(12, 24, rows)
    burn, stride = 300, 3
    states = np.empty((rows, burn + stride * length))
    states[:, :30] = rng.uniform(0.5, 1.2, (rows, 1))
    row = np.arange(rows)
    for step in range(30, states.shape[1]):
        late = states[row, step - delay]
        states[:, step] = 0.9 * states[:, step - 1] + 0.2 * late / (1 + late**10)
    clean = states[:, burn::stride][:, :length]
    return clean + 0.02 * rng.standard_normal(clean.shape)


def gate(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Commuters through a station gate every hour: each has a usual hour and may stay away."""
    people = 300
    counts = np.zeros((rows, length))
    days = length // 24 + 2
    for row in range(rows):
        morning, evening = rng.normal(7.8, 0.8, people), rng.normal(17.5, 1.2, people)
        goes = rng.random((days, people)) < rng.beta(8, 2, people)
        weekend = np.arange(days) % 7 >= 5
        goes[weekend] &= rng.random((int(weekend.sum()), people)) < rng.uniform(0.05, 0.4)
        rain = 1 - 0.3 * (rng.random(days) < 0.1)
        goes &= rng.random((days, people)) < rain[:, None]
        for usual in (morning, evening):
            hour = np.arange(days)[:, None] * 24 + usual + rng.normal(0, 0.4, (days, people))
            index = hour[goes].astype(int)
            counts[row] += np.bincount(index[(index >= 0) & (index < length)], minlength=length)
        counts[row] += rng.poisson(rng.uniform(0.5, 8), length)
    return counts


KEPT_OUT = (
    Family("tides", tides, 24, 48, 512),
    Family("sunshine", sunshine, 24, 48, 512),
    Family("queue", queue, 336, 48, 1008),
    Family("heated room", heated_room, 96, 96, 768),
    Family("shop", shop, 12, 18, 120),
    Family("aftershocks", aftershocks, 7, 28, 365),
    Family("feedback", feedback, 1, 32, 512),
    Family("gate", gate, 168, 48, 1024),
)
