"""A verdict in a word or two, in a coloured frame."""

from PySide6.QtWidgets import QLabel, QWidget

GLYPHS = {"pass": "✓", "warn": "▲", "fail": "✕", "unsure": "?"}


class Badge(QLabel):
    """Shows a verdict in a word or two, with a sign for its tone beside the colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "badge")

    def show_outdated(self, why: str) -> None:
        """Show that the result is outdated, with the reason."""
        self.show_status("", f"OUTDATED: {why}")

    def show_status(self, tone: str, words: str) -> None:
        """Show a verdict.

        Args:
            tone: "pass", "warn", "fail" or "unsure"; empty where nothing is judged.
            words: The verdict.
        """
        self.setText(f"{GLYPHS[tone]} {words.upper()}" if tone else words)
        self.setAccessibleName(words)
        self.setProperty("tone", tone)
        # Qt reads properties only once for a style sheet.
        self.style().unpolish(self)
        self.style().polish(self)
        self.setVisible(True)
