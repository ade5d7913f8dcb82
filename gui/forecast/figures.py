"""The result of a forecast in words: a verdict in a badge, the figures, and whether they hold."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.base.wording import as_sentence
from gui.widgets.findings import wrapped

if TYPE_CHECKING:
    from engine.forecast.outcome import ForecastOutcome
    from engine.results.proof import CompileProof
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
        self.show_result(None, None, outdated="")

    def show_result(
        self,
        shown: "ForecastOutcome | None",
        coming: "ForecastOutcome | None",
        *,
        outdated: str,
    ) -> None:
        """Show a forecast in words.

        Args:
            shown: The forecast that is shown; None if there is none.
            coming: The forecast that runs; None if none does.
            outdated: Why the shown one is outdated; empty if it is not.
        """
        if coming is not None:
            parts = [_waiting(coming)]
        elif shown is not None:
            stale = "Outdated: settings changed. Press Forecast to update." if outdated else ""
            parts = [stale, _verdict(shown), _times(shown)]
        else:
            parts = ["No forecast yet. Press Forecast."]
        self._figures.setText("  ".join(part for part in parts if part))
        self._show_badge(shown if coming is None else None, outdated)

    def _show_badge(self, shown: "ForecastOutcome | None", outdated: str) -> None:
        if shown is None or shown.judgement is None:
            if self._badge is not None:
                self._badge.setVisible(False)
            return
        badge = self._made_badge()
        status = shown.judgement.status
        if outdated:
            badge.show_outdated(outdated)
        elif status == "pass" and _altered(shown):
            badge.show_status("warn", "values changed")
        elif status == "pass" and _unproved(shown):
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


def _waiting(coming: "ForecastOutcome") -> str:
    if not coming.job.compare or len(coming.runs) != 1:
        return "Forecasting…"
    return WAITING


def _verdict(shown: "ForecastOutcome") -> str:
    found, judgement = shown.comparison, shown.judgement
    if found is None or judgement is None:
        if len(shown.runs) > 1:
            return ""
        only = "eager" if shown.compiled is None else "compiled"
        return f"Only the {only} forecast is there, so nothing was compared."
    parts = [_altered(shown), _unproved(shown), judgement.sentence]
    if found.max_absolute > 0:
        parts.append(
            "Largest difference in the units of the data: "
            f"{found.max_absolute:.2g} ({found.worst_item})."
        )
    if judgement.status != "pass":
        parts.append("Press Validate to find out which forecast is right.")
    return " ".join(part for part in parts if part)


def _altered(shown: "ForecastOutcome") -> str:
    """Say what the small-value policy does to the forecasts; empty where that does not matter."""
    if shown.policy is None or shown.policy.judgement.status == "pass":
        return ""
    return f"{shown.policy.judgement.sentence} The curve “Kept” is eager without the policy."


def _unproved(shown: "ForecastOutcome") -> str:
    """Say why equal forecasts prove nothing; empty where they do."""
    why = shown.no_code_reason
    return f"{as_sentence(why)} So this says nothing about compiled code." if why else ""


def _times(shown: "ForecastOutcome") -> str:
    named = (("eager", shown.eager), ("compiled", shown.compiled))
    runs = [(name, run) for name, run in named if run is not None]
    calls = ", ".join(f"{name} {run.split.total:.2g} s" for name, run in runs)
    proofs = (_describe_proof(run.proof) for _name, run in runs if run.proof is not None)
    noun = "First calls" if len(runs) > 1 else "First call"
    return " ".join((f"{noun}: {calls}.", *proofs))


def _describe_proof(proof: "CompileProof") -> str:
    """Say what torch.compile did, in a sentence."""
    if proof.ahead_of_time:
        return f"The {proof.scope} were compiled ahead of time."
    if not proof.compilations:
        before = proof.compiled_before and proof.compiled_code_ran
        return f"The {proof.scope} was compiled before." if before else "Nothing was compiled."
    from engine.forecast.sentences import graphs  # the start can do without

    return (
        f"Compiling the {proof.scope} took {proof.seconds:.1f} s of that (once): {graphs(proof)}. "
        "Use Benchmark to compare speed."
    )
