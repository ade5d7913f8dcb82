"""A verdict in a word or two, in a coloured frame."""

from PySide6.QtWidgets import QLabel, QWidget

from engine.benchmark.judging.verdict import Answer, Refusal, Verdict

GLYPHS = {"pass": "✓", "warn": "▲", "fail": "✕", "unsure": "?"}

ANSWERS = {
    Answer.B_FASTER: ("pass", "faster"),
    Answer.A_FASTER: ("warn", "slower"),
    Answer.NO_DIFFERENCE: ("", "no difference"),
    Answer.REFUSED: ("unsure", "no verdict"),
}
"""Tone and words of a benchmark's answer."""


def of_verdict(verdict: Verdict) -> tuple[str, str]:
    """Return tone and words of a verdict; only a fault looks like a failure."""
    tone, words = ANSWERS[verdict.answer]
    if tone == "pass" and verdict.limited:
        return "warn", "faster, roughly"
    return ("fail" if verdict.refusal is Refusal.FAULT else tone), words


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
