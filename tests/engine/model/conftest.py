"""What the tests of the model share."""

import pytest
import torch

from engine.model.loading import LoadedModel, load
from tests.support.making import EAGER


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    """The demo model, eager."""
    return load(EAGER, "cpu")


@pytest.fixture(scope="module")
def shallow_model() -> LoadedModel:
    """The demo model with its first two blocks only, where a scope compiles all of them."""
    loaded = load(EAGER, "cpu")
    encoder = loaded.pipeline.model.encoder
    encoder.block = encoder.block[:2]
    return loaded


@pytest.fixture
def fresh_compiler() -> None:
    """Have torch forget what it compiled."""
    torch._dynamo.reset()
