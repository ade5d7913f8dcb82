"""The evidence for a verdict, as a table of titles and sentences."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engine.benchmark.judging.evidence import Evidence
from gui.widgets.findings import empty_layout, wrapped


class EvidenceTable(QWidget):
    """Shows pieces of evidence below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("benchmark_evidence")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def show_evidence(self, evidence: tuple[Evidence, ...]) -> None:
        """Show evidence in place of the last one."""
        empty_layout(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for row, piece in enumerate(evidence):
            title = QLabel(piece.title[:1].upper() + piece.title[1:])
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setProperty("kind", "strong")
            self._grid.addWidget(title, row, 0, top)
            self._grid.addWidget(wrapped(piece.text), row, 1, top)
