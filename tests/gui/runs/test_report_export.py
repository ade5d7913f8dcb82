"""The window writes reports of validations and benchmarks, in every format."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.benchmark.exports import EXPORTERS
from engine.benchmark.outcome import Judged
from engine.runtime.events import Failed
from gui.runs.page import TabPage
from gui.runs.report_export import ReportExport
from tests.support.making_runs import complete_run


@pytest.mark.parametrize("name", ["run.html", "run.md", "run.json", "run.csv"])
def test_that_a_benchmark_is_written_in_the_format_of_the_suffix(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    offered: list[str] = []

    def answer(_parent: QWidget, _title: str, suggestion: str, filters: str) -> Path:
        offered.extend((suggestion, filters))
        return tmp_path / name

    monkeypatch.setattr("gui.runs.report_export.ask_save", answer)
    page = TabPage("report", "Report")
    qtbot.addWidget(page)
    export = ReportExport(page)
    judged = Judged.of(complete_run())
    with qtbot.waitSignal(export.written, timeout=20_000) as written:
        export.ask_report("benchmark", EXPORTERS, judged)
    export.close()
    assert written.args == [f"Wrote {tmp_path / name}"]
    assert offered == [
        "benchmark.html",
        "HTML page (*.html);;Markdown (*.md);;JSON (*.json);;Calls as CSV (*.csv)",
    ]
    content = (tmp_path / name).read_text()
    if name == "run.json":
        assert json.loads(content)["verdict"]["sentence"] == judged.verdict.sentence
    elif name == "run.csv":
        assert len(content.splitlines()) == 1 + len(judged.run.calls)
    else:
        assert "Benchmark of two configurations" in content


def test_that_a_suffix_without_a_format_is_a_sentence(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gui.runs.report_export.ask_save", lambda *_about: tmp_path / "run.pdf")
    page = TabPage("report", "Report")
    qtbot.addWidget(page)
    export = ReportExport(page)
    with qtbot.waitSignal(export.failed, timeout=20_000) as failed:
        export.ask_report("benchmark", EXPORTERS, Judged.of(complete_run()))
    export.close()
    assert failed.args is not None
    (failure,) = failed.args
    assert isinstance(failure, Failed)
    assert failure.sentence == "The name run.pdf does not say which format to write."
    assert list(tmp_path.iterdir()) == []
