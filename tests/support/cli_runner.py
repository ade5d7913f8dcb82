"""Runs the installed command as a user does."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("chronos-panel")


def chronos_panel(
    *arguments: str | Path, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs `chronos-panel` with extra environment variables, and no terminal."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **variables},
        check=False,
        timeout=300,
    )
