"""What came of a forecast, in words: a verdict in a badge, the figures, and whether they hold."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.base.wording import as_sentence, counted
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from gui.widgets.findings import wrapped

if TYPE_CHECKING:
    from engine.results.proof import CompileProof
    from gui.widgets.badge import Badge


class ForecastResult(QWidget):
    """Says whether eager and compiled forecast the same, and what each took."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge: Badge | None = None
        self._figures = wrapped()
        self._figures.setObjectName("forecast_figures")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._row.addWidget(self._figures, 1)
        self._stale = False
        self.clear()

    def clear(self) -> None:
        """There is no forecast."""
        self._runs: dict[bool, ForecastReady] = {}
        self._compared: Compared | None = None
        self._policy: PolicyWeighed | None = None
        self._running = self._comparing = self._fresh = False
        self._show()

    def begin(self, *, comparing: bool) -> None:
        """A forecast starts; what is known of the last one is told again if this one fails.

        Args:
            comparing: Whether there will be a second one to compare it with.
        """
        self._running, self._comparing, self._fresh = True, comparing, False
        self._show()

    def take(self, event: ForecastReady | Compared | PolicyWeighed) -> None:
        """Takes over a forecast, or what it was compared with."""
        if not self._fresh:
            self._runs, self._compared, self._policy, self._fresh = {}, None, None, True
        match event:
            case ForecastReady():
                self._runs[event.compiled] = event
            case Compared():
                self._compared = event
            case PolicyWeighed():
                self._policy = event
        self._show()

    def end(self) -> None:
        """The run is over, however it ended."""
        self._running = False
        self._show()

    def show_stale(self, stale: bool) -> None:
        """Says that what is shown was made with other settings, or says so no longer."""
        if stale != self._stale:
            self._stale = stale
            self._show()

    def _show(self) -> None:
        if self._running:
            parts = [self._waiting()]
        elif self._runs:
            parts = [self._outdated(), self._verdict(), self._times()]
        else:
            parts = ["No forecast yet. Press Forecast."]
        self._figures.setText("  ".join(part for part in parts if part))
        self._show_badge()

    def _waiting(self) -> str:
        if not self._fresh or not self._comparing or True in self._runs:
            return "Forecasting…"
        return (
            "Eager is drawn. Compiling takes about a minute the first time; then the compiled "
            "forecast and the difference follow."
        )

    def _outdated(self) -> str:
        if not self._stale:
            return ""
        return "Made with other settings. Press Forecast to renew."

    def _verdict(self) -> str:
        if self._compared is None:
            if len(self._runs) > 1:
                return ""
            only = "compiled" if True in self._runs else "eager"
            return f"Only the {only} forecast is there; nothing is compared."
        found, judgement = self._compared.comparison, self._compared.judgement
        units = f"In the units of the data at most {found.max_absolute:.2g} ({found.worst_item})."
        parts = [
            self._altered(),
            self._hollow(),
            judgement.sentence,
            units if found.max_absolute > 0 else "",
        ]
        if judgement.status != "pass":
            parts.append("Press Validate: it says which of them is right.")
        return " ".join(part for part in parts if part)

    def _altered(self) -> str:
        """What the small-value policy does to the forecasts; empty where that does not matter."""
        if self._policy is None or self._policy.judgement.status == "pass":
            return ""
        kept = "The line “Kept” is eager without it."
        return f"{self._policy.judgement.sentence} {kept}"

    def _hollow(self) -> str:
        """Why equal forecasts say nothing; empty where they do."""
        run = self._runs.get(True)
        why = run.proof.hollow if run is not None and run.proof is not None else ""
        return f"{as_sentence(why)} So nothing is said about compiled code." if why else ""

    def _times(self) -> str:
        parts = []
        for compiled, run in sorted(self._runs.items()):
            name = "compiled" if compiled else "eager"
            split = run.split
            seconds = split.preparing + split.model + split.framing
            parts.append(f"{name} {seconds:.2g} s")
        proofs = [run.proof for run in self._runs.values() if run.proof is not None]
        told = " ".join(describe_proof(proof) for proof in proofs)
        return f"{', '.join(parts).capitalize()}. {told}".strip()

    def _show_badge(self) -> None:
        if self._compared is None or self._running:
            if self._badge is not None:
                self._badge.setVisible(False)
            return
        badge = self._made_badge()
        status = self._compared.judgement.status
        if self._stale:
            badge.show_status("", "other settings")
        elif status == "pass" and self._altered():
            badge.show_status("warn", "values changed")
        elif status == "pass" and self._hollow():
            badge.show_status("warn", "no code generated")
        elif status == "pass":
            badge.show_status("pass", "same forecasts")
        else:
            badge.show_status(str(status), "different")

    def _made_badge(self) -> "Badge":
        if self._badge is None:
            from gui.widgets.badge import Badge  # brings more along than a start should wait for

            self._badge = Badge()
            self._badge.setObjectName("forecast_badge")
            self._row.insertWidget(0, self._badge, alignment=Qt.AlignmentFlag.AlignTop)
        return self._badge


def describe_proof(proof: "CompileProof") -> str:
    """What torch.compile did, in a sentence."""
    if not proof.compilations:
        before = proof.compiled_before and proof.compiled_code_ran
        return f"The {proof.scope} had been compiled before." if before else "Nothing was compiled."
    breaks = sum(proof.graph_breaks.values())
    broken = counted(breaks, "graph break") if breaks else "none broken"
    return (
        f"Compiled the {proof.scope} in {proof.seconds:.1f} s: "
        f"{counted(proof.graphs, 'graph')}, {broken}, {proof.cache_hits} from the cache."
    )
