"""A benchmark in a few words: its badge, and the provenance of a run from the history."""

from datetime import datetime
from pathlib import Path

from engine.benchmark.judging.verdict import Answer, Refusal, Verdict
from engine.benchmark.measurements import Run
from gui.widgets.provenance import differing, settings_words

TONES = {
    Answer.B_FASTER: "pass",
    Answer.A_FASTER: "warn",
    Answer.NO_DIFFERENCE: "",
    Answer.REFUSED: "unsure",
}


def badge_words(verdict: Verdict) -> tuple[str, str]:
    """Return tone and words of a verdict; only a fault looks like a failure."""
    tone, words = TONES[verdict.answer], verdict.answer.short
    if tone == "pass" and verdict.limited:
        return "warn", f"{words}, roughly"
    return ("fail" if verdict.refusal is Refusal.FAULT else tone), words


def provenance_words(run: Run) -> tuple[str, ...]:
    """Return when, on what and with which settings a run was made."""
    began = datetime.fromisoformat(run.setup.began).astimezone()
    (a, b), names = run.setup.configs, run.setup.names
    words: tuple[str, ...] = settings_words(b)
    counterpart = b.replace(enabled=False, small_values=b.small_value_policy)
    if a.model != b.model or differing(a, counterpart):
        pairs = zip(names, (a, b), strict=True)
        words = tuple(f"{name}: {', '.join(settings_words(one))}" for name, one in pairs)
    devices = dict.fromkeys(one.model.device for one in run.facts)
    return (
        f"From the history, {began:%Y-%m-%d %H:%M}",
        Path(run.setup.data).name,
        str(run.setup.shape),
        *words,
        f"on {', '.join(devices)}" if devices else "",
    )
