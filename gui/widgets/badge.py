"""A word in a frame that can be taken in at a glance."""

from PySide6.QtWidgets import QLabel, QWidget

from engine.benchmark.judging.verdict import Answer, Refusal, Verdict

GLYPHS = {"pass": "✓", "warn": "▲", "fail": "✕", "unsure": "?"}

ANSWERS = {
    Answer.B_FASTER: ("pass", "faster"),
    Answer.A_FASTER: ("warn", "slower"),
    Answer.NO_DIFFERENCE: ("", "no difference"),
    Answer.REFUSED: ("unsure", "no verdict"),
}
"""The tone and the words of a benchmark's answer."""


def of_verdict(verdict: Verdict) -> tuple[str, str]:
    """The tone and the words of a verdict; only what is wrong looks like a failure."""
    tone, words = ANSWERS[verdict.answer]
    if tone == "pass" and verdict.limited:
        return "warn", "faster, with care"
    return ("fail" if verdict.refusal is Refusal.FAULT else tone), words


class Badge(QLabel):
    """Shows a verdict in one or two words; its tone is told by a glyph, not by colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "badge")

    def show_status(self, tone: str, words: str) -> None:
        """Shows a verdict.

        Args:
            tone: "pass", "warn", "fail" or "unsure"; empty where nothing is judged.
            words: What is said.
        """
        self.setText(f"{GLYPHS[tone]} {words.upper()}" if tone else words)
        self.setAccessibleName(words)
        self.setProperty("tone", tone)
        # A style sheet looks at properties only once.
        self.style().unpolish(self)
        self.style().polish(self)
        self.setVisible(True)
