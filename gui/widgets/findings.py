"""Findings as widgets: a sentence with its severity, and a button that mends it."""

import re
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.base.findings import Finding, Fix, Severity
from engine.config.settings import SETTINGS, to_text
from gui.widgets.buttons import push_button

TONES = {Severity.ERROR: "fail", Severity.WARNING: "warn", Severity.ADVICE: "info"}
LONGEST_VALUE = 20
"""Characters of a fix's value that are shown on its button; of a longer one, the first."""

GLYPHS = {Severity.ERROR: "✕", Severity.WARNING: "▲", Severity.ADVICE: "i"}


def wrapped(text: str = "", kind: str = "") -> QLabel:
    """A label that breaks its text into lines and whose text can be selected."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if kind:
        label.setProperty("kind", kind)
    return label


def breakable(text: str) -> str:
    """A text whose paths may be broken into lines too, by marks that cannot be seen."""
    return re.sub(r"(?<=\S)/", "/\u200b", text)


def shortened(text: str, tilde: bool) -> str:
    """The start of a long text, which of a path tells where it leads; the ends are often alike.

    Args:
        text: The text.
        tilde: Whether ~ may stand for the user's home folder.
    """
    home = f"{Path.home()}/"
    if tilde and len(text) > LONGEST_VALUE and text.startswith(home):
        text = f"~/{text.removeprefix(home)}"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


class FindingRow(QWidget):
    """One finding.

    Attributes:
        button: Asks for its fix; None if it has none.

    Signals:
        fix_asked: The user wants its fix (`engine.base.findings.Fix`).
    """

    fix_asked = Signal(object)

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
        text = wrapped(breakable(" ".join(part for part in parts if part)))
        # What is copied would hold the marks for line breaks; the log has the same text.
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
        # Where ~ itself is at fault, it does not stand for the mended value.
        shown = shortened(shown, tilde="~" not in self.finding.what)
        text = f"Fix: {title} → {shown}"
        button = push_button("fix_button", text, explanation, "link")
        button.clicked.connect(self._ask)
        return button

    def _ask(self) -> None:
        self.fix_asked.emit(self.finding.fix)


class FindingList(QWidget):
    """Findings below each other.

    Signals:
        fix_asked: The user wants a fix (`engine.base.findings.Fix`).
    """

    fix_asked = Signal(object)

    def __init__(self, about: QWidget | None = None, parent: QWidget | None = None) -> None:
        """Makes an empty list.

        Args:
            about: What the findings are about. Their buttons come after it by Tab, and the
                keyboard focus comes back to it when the button that has it goes.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._about = about
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)  # in a higher place, no gaps
        self._findings: tuple[Finding, ...] = ()
        self.setVisible(False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return self._findings

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Shows these findings instead of the last ones."""
        if findings == self._findings:
            return
        self._findings = findings
        self._give_focus_back()
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        rows = [FindingRow(finding, self) for finding in findings]
        for row in rows:
            row.fix_asked.connect(self.fix_asked)
            self._layout.addWidget(row)
        self._order_by_tab(rows)
        self.setVisible(bool(findings))

    def _give_focus_back(self) -> None:
        focused = self.window().focusWidget()
        if self._about is not None and focused is not None and self.isAncestorOf(focused):
            self._about.setFocus()

    def _order_by_tab(self, rows: list[FindingRow]) -> None:
        # New widgets come last in the whole window.
        buttons = [row.button for row in rows if row.button is not None]
        if self._about is not None:
            for before, after in pairwise((self._about, *buttons)):
                QWidget.setTabOrder(before, after)
