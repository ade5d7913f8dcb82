"""What the tests of the model share."""

import pytest
import torch

from engine.model.loading import LoadedModel, load
from tests.support.making import EAGER


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    """The demo model, eager."""
    return load(EAGER, "cpu")


@pytest.fixture
def fresh_compiler() -> None:
    """Have torch forget what it compiled."""
    torch._dynamo.reset()
