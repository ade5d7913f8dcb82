"""What one batch asks of the fused encoder: its masks and its groups, found once a call."""

from typing import NamedTuple, cast

import torch
from torch import Tensor


class Group(NamedTuple):
    """The groups of one size.

    Attributes:
        rows: Rows of the batch, shape (groups, size).
        hidden: Added to the attention scores, shape (groups * patches, 1, 1, size); None if every
            patch is observed.
    """

    rows: Tensor
    hidden: Tensor | None


class Layout(NamedTuple):
    """Masks and groups of a batch.

    Attributes:
        hidden: Added to the scores of time attention, shape (rows, 1, 1, patches); None if every
            patch is observed.
        alone: Rows that are alone in their group, shape (rows alone,).
        groups: All other rows, the groups of each size together.
        order: Position of each row of the batch among the rows alone, then those of `groups`;
            shape (rows,). None if all rows are alone.
    """

    hidden: Tensor | None
    alone: Tensor
    groups: tuple[Group, ...]
    order: Tensor | None


@torch.compiler.disable  # type: ignore[untyped-decorator]
def layout_of(group_ids: Tensor, observed: Tensor, dtype: torch.dtype) -> Layout:
    """Return the masks and groups of a batch.

    It looks at values, which a compiled graph must not do.

    Args:
        group_ids: Shape (rows,); rows with the same id are a group, in any order.
        observed: Shape (rows, patches); 0 where a patch is missing.
        dtype: Number format of the attention scores.
    """
    missing = None if bool(observed.all()) else observed == 0
    alone, groups = _by_size(group_ids.cpu())
    device = observed.device
    order = None
    if groups:
        order = torch.cat([alone, *(rows.flatten() for rows in groups)]).argsort().to(device)
    return Layout(
        None if missing is None else _penalty(missing[:, None, None, :], dtype),
        alone.to(device),
        tuple(_group(rows.to(device), missing, dtype) for rows in groups),
        order,
    )


def _by_size(group_ids: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the rows alone in their group, and those of each larger size, (groups, size)."""
    _ids, group, sizes = group_ids.unique(return_inverse=True, return_counts=True)
    by_group = group.argsort(stable=True)
    size_of_row = sizes[group][by_group]
    alone = by_group[size_of_row == 1]
    larger = cast(list[int], sizes[sizes > 1].unique().tolist())
    return alone, tuple(by_group[size_of_row == size].view(-1, size) for size in larger)


def _group(rows: Tensor, missing: Tensor | None, dtype: torch.dtype) -> Group:
    if missing is None:
        return Group(rows, None)
    # (groups, size, patches) -> (groups * patches, 1, 1, size)
    by_patch = missing[rows].transpose(1, 2).flatten(0, 1)
    return Group(rows, _penalty(by_patch[:, None, None, :], dtype))


def _penalty(missing: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what to add to the scores: 0, or so little that the weight of a patch is 0.

    Half of the smallest number, so that adding a score does not give minus infinity. Where a whole
    group misses a patch, infinities would give NaN.
    """
    penalty = torch.zeros(missing.shape, dtype=dtype, device=missing.device)
    return penalty.masked_fill_(missing, torch.finfo(dtype).min / 2)
