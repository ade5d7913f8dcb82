"""Jobs and checks, one at a time, off the window's thread."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.check.events import Checked
from engine.check.job import Check
from engine.config.settings import CompileConfig
from engine.runtime.events import Event, MachineDescribed
from gui.runs.engine_thread import EngineThread


def test_that_of_a_check_that_was_overtaken_only_the_machine_is_told(qtbot: QtBot) -> None:
    engine = EngineThread()
    said: list[Event] = []
    engine.check_event_received.connect(said.append, Qt.ConnectionType.DirectConnection)
    good, bad = CompileConfig(), CompileConfig(model="./no-such-folder")
    engine.check(Check(config=bad))
    engine.check(Check(config=good))
    qtbot.waitUntil(lambda: any(isinstance(event, Checked) for event in said), timeout=60_000)
    assert engine.close()
    (found,) = (event for event in said if isinstance(event, Checked))
    assert "no-such-folder" not in str(found.findings)
    assert len([event for event in said if isinstance(event, MachineDescribed)]) == 2
