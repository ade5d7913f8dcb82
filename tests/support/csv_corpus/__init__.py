"""Small CSV files, valid and invalid, each with its expected result."""

from tests.support.csv_corpus.cases import Bad, Good
from tests.support.csv_corpus.delimited import DELIMITED
from tests.support.csv_corpus.encodings import ENCODINGS
from tests.support.csv_corpus.layouts import LAYOUTS
from tests.support.csv_corpus.problems import PROBLEMS
from tests.support.csv_corpus.timestamps import TIMESTAMPS
from tests.support.csv_corpus.unreadable import BAD

__all__ = ["BAD", "GOOD", "Bad", "Good"]

GOOD = [*ENCODINGS, *DELIMITED, *LAYOUTS, *TIMESTAMPS, *PROBLEMS]
