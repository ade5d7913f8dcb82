"""Read tables, from files or from memory, as named series.

Each name is imported from its module on first use, which keeps the import of the package cheap.
"""

from typing import TYPE_CHECKING

from engine.base.lazy import lazy_names

if TYPE_CHECKING:
    from engine.data.description import ColumnDescription, FileDescription, Layout, Role
    from engine.data.frames import from_frame
    from engine.data.future import future_timestamps
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
    "from_frame",
    "future_timestamps",
    "load",
]

_MODULES = {
    "ColumnDescription": "engine.data.description",
    "FileDescription": "engine.data.description",
    "Layout": "engine.data.description",
    "ReadOptions": "engine.data.options",
    "Role": "engine.data.description",
    "Series": "engine.data.series",
    "SeriesSet": "engine.data.series",
    "describe": "engine.data.loading",
    "from_frame": "engine.data.frames",
    "future_timestamps": "engine.data.future",
    "load": "engine.data.loading",
}

__getattr__, __dir__ = lazy_names(__name__, _MODULES)
