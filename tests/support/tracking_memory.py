"""Track how much memory the tensors of a call take."""

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class TensorMemory(TorchDispatchMode):
    """Counts the bytes of the tensors that are made while it is active.

    Attributes:
        peak: The most bytes that were alive at once.
    """

    def __init__(self, weights: Sequence[Tensor]) -> None:
        """Leave out weights, which are there before."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.peak: int = 0
        self._now = 0
        self._weights = {id_of(weight) for weight in weights}
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(
        self, function: Callable[..., Any], _types: Any, arguments: Any = (), options: Any = None
    ) -> Any:
        """Run an operation, and count the tensors that it makes."""
        made = function(*arguments, **(options or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, Tensor):
                self._count(leaf)
        return made

    def _count(self, tensor: Tensor) -> None:
        key = id_of(tensor)
        if key in self._alive or key in self._weights:
            return
        storage = tensor.untyped_storage()
        self._alive[key] = storage.nbytes()
        self._now += storage.nbytes()
        self.peak = max(self.peak, self._now)
        weakref.finalize(storage, self._forget, key)

    def _forget(self, key: int) -> None:
        self._now -= self._alive.pop(key, 0)


def id_of(tensor: Tensor) -> int:
    """Return what tensors that share memory have in common."""
    return int(tensor.untyped_storage()._cdata)


def peak_of_call(model: Any, rows: int, steps: int, patches: int) -> int:
    """Return the most bytes that a call of a model holds beside its weights."""
    history = torch.randn(rows, steps)
    future = torch.full((rows, patches * 16), float("nan"))
    with torch.no_grad(), TensorMemory([*model.parameters(), *model.buffers()]) as memory:
        model(
            context=history,
            group_ids=torch.arange(rows),
            future_covariates=future,
            num_output_patches=patches,
        )
    peak: int = memory.peak
    return peak
