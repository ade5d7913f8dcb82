"""Asks where a chart is to go, and writes it."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.base import files
from engine.base.errors import UserError
from engine.runtime.failures import bad_input
from gui.widgets.dialogs import ask_save

if TYPE_CHECKING:
    from gui.charts.export import Caption, Chart


class Exportable(Protocol):
    """A view whose chart and data can be exported."""

    @property
    def chart(self) -> "Chart":
        """The chart as it is shown."""

    @property
    def export_name(self) -> str:
        """What the file might be called, without an ending."""

    def table(self) -> str:
        """The data behind the chart as CSV.

        Raises:
            UserError: There is none yet.
        """


@runtime_checkable
class Captioned(Protocol):
    """A view that says what its chart shows, where that cannot be seen on the chart."""

    @property
    def caption(self) -> "Caption":
        """What stands above the exported chart."""


class ChartDesk(QObject):
    """Exports charts as PNG or SVG, and their data as CSV.

    Signals:
        failed: It could not be done (`engine.runtime.events.Failed`).
        told: It was done (text for people).
    """

    failed = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def ask(self, view: Exportable) -> None:
        """Asks for a file and writes it; its ending decides what is written."""
        filters = self.tr("PNG image (*.png);;SVG drawing (*.svg);;Data as CSV (*.csv)")
        suggestion = f"{view.export_name}.png"
        path = ask_save(self._window, self.tr("Export chart"), suggestion, filters)
        if path is not None:
            self.write(view, path)

    def write(self, view: Exportable, path: Path) -> None:
        """Writes what the file's ending says."""
        from gui.charts.export import Caption, export  # seldom needed

        try:
            match path.suffix.lower():
                case ".csv":
                    files.write_text(path, view.table())
                case ".png" | ".svg":
                    caption = view.caption if isinstance(view, Captioned) else Caption()
                    export(view.chart, path, caption)
                case _:
                    raise UserError(
                        f"{path.name} ends with neither .png, .svg nor .csv.",
                        "Give the file one of these endings.",
                    )
        except UserError as error:
            self.failed.emit(bad_input(error))
        else:
            self.told.emit(self.tr("Wrote {}").format(path))
