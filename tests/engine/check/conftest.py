"""What the tests of the check share."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that exists, private to the user."""
    made = tmp_path / "cache"
    made.mkdir(mode=0o700)
    return made
