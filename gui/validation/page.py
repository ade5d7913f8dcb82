"""The Validation page: what starts a validation, and what shows one."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from gui.runs.page import RunPage

if TYPE_CHECKING:
    from engine.runtime.events import Event
    from engine.runtime.job import Job
    from engine.validation.case import Case
    from engine.validation.job import Validate
    from engine.validation.report import CheckResult
    from gui.runs.choices import Choices
    from gui.validation.view import ValidationView


class ValidationPage(RunPage):
    """Validates the settings compiled, and shows the checks while they run and afterwards."""

    label = "&Validate"
    shortcut = "F6"
    explanation = "Check your settings compiled, whatever Compile says"
    step = "Is compiling safe here? Checks both modes on ordinary and extreme series."

    def build(self) -> None:
        """Fill the page."""
        # Not before the window is on the screen.
        from gui.runs.report_export import ReportExport
        from gui.validation.view import ValidationView

        self.view: ValidationView = ValidationView(self.theme, self.action)
        self.view.export_requested.connect(self.chart_export_requested)
        self.view.replay_requested.connect(self._replay)
        self.view.report_requested.connect(self._export_report)
        self.view.save_requested.connect(self._save_case)
        self.view.result_shown.connect(self.check_age)
        self.content.addWidget(self.view)
        self._report_export: ReportExport = ReportExport(self)

    @property
    def exportable(self) -> "ValidationView":
        """Return the chart of the check that is shown."""
        return self.view

    def make_job(self, choices: "Choices") -> "Validate":
        """Make a validation of the configuration as it is when compiled."""
        from engine.validation.job import Validate

        return Validate.compiled(
            choices.config,
            data=choices.series,
            horizon=choices.options.horizon,
            device=choices.options.device,
            holdout=choices.options.holdout,
        )

    def begin(self, job: "Job") -> None:
        """Show that a validation starts, or the replay of one check of the last one."""
        from engine.validation.job import Validate

        if isinstance(job, Validate):
            self.view.begin(job)
        else:
            self.view.begin_replay()

    def handle(self, event: "Event") -> None:
        """Show what the running validation reports."""
        self.view.handle(event)

    def end(self) -> None:
        """Show that the validation is over."""
        self.view.end()

    @property
    def shown_job(self) -> "Job | None":
        """Return the validation that is shown."""
        return self.view.job

    def show_outdated(self, why: str) -> None:
        """Mark the verdict as outdated."""
        self.view.show_outdated(why)

    def shut_down(self) -> None:
        """End the writing of files."""
        self._report_export.close()

    @Slot(object)
    def _replay(self, case: "Case") -> None:
        """Run one case of the validation once more, on the device of the validation."""
        from engine.validation.job import Replay

        report = self.view.report
        if report is not None:
            replay = Replay(config=report.config, case=case, device=report.model.device)
            self.runs.start(lambda _choices: replay)

    @Slot()
    def _export_report(self) -> None:
        from engine.validation.exports import EXPORTERS  # seldom needed

        if self.view.report is not None:
            self._report_export.ask_report("validation", EXPORTERS, self.view.report)

    @Slot(object)
    def _save_case(self, row: "CheckResult") -> None:
        from engine.validation.case_file import write_case  # seldom needed

        if self.view.report is not None:
            name = f"case-{row.check.replace(' ', '-')}.json"
            write = partial(write_case, report=self.view.report, result=row)
            self._report_export.ask("Save case", name, "Case files (*.json)", write)


Page = ValidationPage
