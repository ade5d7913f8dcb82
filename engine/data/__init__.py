"""CSV files in, named series out."""

from engine.data.description import ColumnDescription, FileDescription, Layout, Role
from engine.data.frequency import future_timestamps
from engine.data.loading import describe, load
from engine.data.options import ReadOptions
from engine.data.series import Series, SeriesSet

__all__ = [
    "ColumnDescription",
    "FileDescription",
    "Layout",
    "ReadOptions",
    "Role",
    "Series",
    "SeriesSet",
    "describe",
    "future_timestamps",
    "load",
]
