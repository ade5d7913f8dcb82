"""Results as JSON on standard output."""

import sys
from typing import Any

from engine.base.codec import to_indented_json
from engine.base.escaping import printable_json
from engine.terminal.console import output


def print_json(document: Any) -> None:
    """Print one JSON document."""
    text = printable_json(to_indented_json(document))
    with output():
        sys.stdout.write(text)
