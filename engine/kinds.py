"""The table of job kinds: the only list of them.

A kind is a room. Its parts are found by their names, so this module imports nothing:

- `engine/<name>/job.py` holds its jobs, `events.py` its events, `run.py` what runs them in a
  worker, and `outcome.py` what folds the events into a result;
- `engine/<name>/command.py` holds its command, a function of the command's name;
- `gui/<name>/page.py` holds its page, a class called `Page`.

The worker, the command line and the window's tabs read this table. To add a kind, add its folders
and a line here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        name: Its folder below `engine` and, where it has a page, below `gui`.
        command: Its command on the command line; empty without one.
        page: The title of its page in the window; empty without one.
    """

    name: str
    command: str = ""
    page: str = ""


KINDS = (
    Kind("check", command="check"),
    Kind("forecast", command="forecast", page="Forecast"),
    Kind("validation", command="validate", page="Validation"),
    Kind("benchmark", command="benchmark", page="Benchmark"),
    Kind("benchmark.measuring"),
    Kind("compilation", command="compile"),
)
