"""Findings as widgets: a sentence with its severity, and a button with its fix."""

import re
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.base.findings import Finding, Fix, Severity
from engine.config.settings import SETTINGS
from engine.config.values import to_text
from gui.widgets.buttons import push_button

TONES = {Severity.ERROR: "fail", Severity.WARNING: "warn", Severity.ADVICE: "info"}
LONGEST_VALUE = 20
"""Largest number of characters of a value on the button of a fix."""

GLYPHS = {Severity.ERROR: "✕", Severity.WARNING: "▲", Severity.ADVICE: "i"}


def wrapped(text: str = "", kind: str = "") -> QLabel:
    """Make a label that wraps its text; the text can be selected."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if kind:
        label.setProperty("kind", kind)
    return label


def _breakable(text: str) -> str:
    """Return a text with invisible marks where a path may be wrapped."""
    return re.sub(r"(?<=\S)/", "/\u200b", text)


def _shortened(text: str, tilde: bool) -> str:
    """Return the start of a long text; the ends of paths are often alike.

    Args:
        text: The text.
        tilde: Whether to write ~ for the user's home folder.
    """
    home = f"{Path.home()}/"
    if tilde and len(text) > LONGEST_VALUE and text.startswith(home):
        text = f"~/{text.removeprefix(home)}"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


class FindingRow(QWidget):
    """Shows a finding.

    Attributes:
        button: The button of the fix; None if there is no fix.

    Signals:
        fix_requested: The user wants the fix (`engine.base.findings.Fix`).
    """

    fix_requested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(6)
        glyph = QLabel(GLYPHS[finding.severity])
        glyph.setProperty("tone", TONES[finding.severity])
        glyph.setAccessibleName(str(finding.severity))
        glyph.setFixedWidth(14)
        layout.addWidget(glyph, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        layout.addLayout(column, 1)
        where = f" ({', '.join(finding.where)})" if finding.where else ""
        parts = (finding.what.removesuffix(".") + where + ".", finding.done, finding.remedy)
        text = wrapped(_breakable(" ".join(part for part in parts if part)))
        # A copied text would contain the invisible marks; the log has the same text without.
        text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        text.setObjectName("finding_text")
        text.setToolTip(finding.why)
        column.addWidget(text)
        self.button: QPushButton | None = None
        if finding.fix is not None:
            self.button = self._make_button(finding.fix)
            column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)

    def _make_button(self, fix: Fix) -> QPushButton:
        value = to_text(fix.value)
        words = {"0": "off", "1": "on"}
        shown = words.get(value, value) if isinstance(fix.value, bool) else value
        title = SETTINGS[fix.setting].title
        explanation = f"Fix by setting {title} to {shown}"
        # If ~ itself is the fault, the fix must show the full path.
        shown = _shortened(shown, tilde="~" not in self.finding.what)
        text = f"Fix: {title} → {shown}"
        button = push_button("fix_button", text, explanation, "link")
        button.clicked.connect(self._request)
        return button

    def _request(self) -> None:
        self.fix_requested.emit(self.finding.fix)


class FindingList(QWidget):
    """Shows findings below each other.

    Signals:
        fix_requested: The user wants a fix (`engine.base.findings.Fix`).
    """

    fix_requested = Signal(object)

    def __init__(self, about: QWidget | None = None, parent: QWidget | None = None) -> None:
        """Make an empty list.

        Args:
            about: The widget that the findings are about. Tab goes from it to their buttons, and
                the focus comes back to it when the button that has the focus is removed.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._about = about
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)  # no gaps in a higher widget
        self._findings: tuple[Finding, ...] = ()
        self.setVisible(False)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show these findings in place of the last ones."""
        if findings == self._findings:
            return
        self._findings = findings
        self._give_focus_back()
        empty_layout(self._layout)
        rows = [FindingRow(finding, self) for finding in findings]
        for row in rows:
            row.fix_requested.connect(self.fix_requested)
            self._layout.addWidget(row)
        self._order_by_tab(rows)
        self.setVisible(bool(findings))

    def _give_focus_back(self) -> None:
        focused = self.window().focusWidget()
        if self._about is not None and focused is not None and self.isAncestorOf(focused):
            self._about.setFocus()

    def _order_by_tab(self, rows: list[FindingRow]) -> None:
        # New widgets come last in the tab order of the window.
        buttons = [row.button for row in rows if row.button is not None]
        if self._about is not None:
            for before, after in pairwise((self._about, *buttons)):
                QWidget.setTabOrder(before, after)


def empty_layout(layout: QLayout) -> None:
    """Remove every widget of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
