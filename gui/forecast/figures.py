"""The result of a forecast in words: a verdict in a badge, the figures, and whether they hold."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.base.wording import as_sentence, counted
from gui.widgets.findings import wrapped

if TYPE_CHECKING:
    from engine.results.proof import CompileProof
    from gui.forecast.fold import ForecastFold
    from gui.widgets.badge import Badge

WAITING = (
    "The eager forecast is drawn. Compiling takes about a minute the first time. The compiled "
    "forecast and the difference follow."
)


class ForecastFigures(QWidget):
    """Says whether eager and compiled forecasts agree, and how long each took."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge: Badge | None = None
        self._figures = wrapped()
        self._figures.setObjectName("forecast_figures")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._row.addWidget(self._figures, 1)
        self.show_result(None, None, comparing=False, outdated="")

    def show_result(
        self,
        shown: "ForecastFold | None",
        coming: "ForecastFold | None",
        *,
        comparing: bool,
        outdated: str,
    ) -> None:
        """Show a forecast in words.

        Args:
            shown: The forecast that is shown; None if there is none.
            coming: The forecast that runs; None if none does.
            comparing: Whether the one that runs compares both modes.
            outdated: Why the shown one is outdated; empty if it is not.
        """
        if coming is not None:
            parts = [_waiting(coming, comparing=comparing)]
        elif shown is not None:
            stale = "Outdated: settings changed. Press Forecast to update." if outdated else ""
            parts = [stale, _verdict(shown), _times(shown)]
        else:
            parts = ["No forecast yet. Press Forecast."]
        self._figures.setText("  ".join(part for part in parts if part))
        self._show_badge(shown if coming is None else None, outdated)

    def _show_badge(self, shown: "ForecastFold | None", outdated: str) -> None:
        if shown is None or shown.compared is None:
            if self._badge is not None:
                self._badge.setVisible(False)
            return
        badge = self._made_badge()
        status = shown.compared.judgement.status
        if outdated:
            badge.show_status("", f"OUTDATED: {outdated}")
        elif status == "pass" and _altered(shown):
            badge.show_status("warn", "values changed")
        elif status == "pass" and _hollow(shown):
            badge.show_status("warn", "no code generated")
        elif status == "pass":
            badge.show_status("pass", "same forecasts")
        else:
            badge.show_status(str(status), "different")

    def _made_badge(self) -> "Badge":
        if self._badge is None:
            from gui.widgets.badge import Badge  # its imports would slow the start down

            self._badge = Badge()
            self._badge.setObjectName("forecast_badge")
            self._row.insertWidget(0, self._badge, alignment=Qt.AlignmentFlag.AlignTop)
        return self._badge


def _waiting(coming: "ForecastFold", *, comparing: bool) -> str:
    if not comparing or not coming.runs or True in coming.runs:
        return "Forecasting…"
    return WAITING


def _verdict(shown: "ForecastFold") -> str:
    if shown.compared is None:
        if len(shown.runs) > 1:
            return ""
        only = "compiled" if True in shown.runs else "eager"
        return f"Only the {only} forecast is there, so nothing was compared."
    found, judgement = shown.compared.comparison, shown.compared.judgement
    parts = [_altered(shown), _hollow(shown), judgement.sentence]
    if found.max_absolute > 0:
        parts.append(
            "Largest difference in the units of the data: "
            f"{found.max_absolute:.2g} ({found.worst_item})."
        )
    if judgement.status != "pass":
        parts.append("Press Validate to find out which forecast is right.")
    return " ".join(part for part in parts if part)


def _altered(shown: "ForecastFold") -> str:
    """Say what the small-value policy does to the forecasts; empty where that does not matter."""
    if shown.policy is None or shown.policy.judgement.status == "pass":
        return ""
    return f"{shown.policy.judgement.sentence} The curve “Kept” is eager without the policy."


def _hollow(shown: "ForecastFold") -> str:
    """Say why equal forecasts prove nothing; empty where they do."""
    run = shown.runs.get(True)
    why = run.proof.hollow if run is not None and run.proof is not None else ""
    return f"{as_sentence(why)} So this says nothing about compiled code." if why else ""


def _times(shown: "ForecastFold") -> str:
    parts = []
    for compiled, run in sorted(shown.runs.items()):
        seconds = run.split.preparing + run.split.model + run.split.framing
        parts.append(f"{'compiled' if compiled else 'eager'} {seconds:.2g} s")
    proofs = [run.proof for run in shown.runs.values() if run.proof is not None]
    calls = f"First {'calls' if len(parts) > 1 else 'call'}: {', '.join(parts)}."
    said = " ".join(describe_proof(proof) for proof in proofs)
    return f"{calls} {said}".strip()


def describe_proof(proof: "CompileProof") -> str:
    """Say what torch.compile did, in a sentence."""
    if not proof.compilations:
        before = proof.compiled_before and proof.compiled_code_ran
        return f"The {proof.scope} was compiled before." if before else "Nothing was compiled."
    breaks = sum(proof.graph_breaks.values())
    broken = counted(breaks, "graph break") if breaks else "no graph breaks"
    return (
        f"Compiling the {proof.scope} took {proof.seconds:.1f} s of that (once): "
        f"{counted(proof.graphs, 'graph')}, {broken}, {counted(proof.cache_hits, 'cache hit')}. "
        "Use Benchmark to compare speed."
    )
