"""Find the safetensors files of a checkpoint, and read their headers without the weights."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from engine.base.errors import UserError, first_line
from engine.base.escaping import shortened
from engine.base.files import ordinary_size
from engine.base.wording import size
from engine.model.json_files import decode, read_json

INDEX = "model.safetensors.index.json"
LARGEST_HEADER = 10_000_000
"""Size of a header in bytes, at most; that of a Chronos-2 has 0.01 MB."""
NUMBER_FORMATS = ("F64", "F32", "BF16", "F16")

Shapes = Mapping[str, tuple[int, ...]]


class _Index(Struct, frozen=True):
    """The index of a sharded checkpoint.

    Attributes:
        weight_map: Name of a weight -> name of its file.
    """

    weight_map: Annotated[dict[str, str], Meta(min_length=1)]

    def __post_init__(self) -> None:
        """Refuse files outside the folder of the index.

        Raises:
            ValueError: An entry is not the name of a safetensors file.
        """
        for name in self.weight_map.values():
            # A file system takes names of up to 255 bytes.
            is_name = name == Path(name).name and "\\" not in name and name.isprintable()
            if not (is_name and name.endswith(".safetensors") and len(name.encode()) <= 255):
                raise ValueError(
                    f"weight_map must give names of safetensors files, not {shortened(name)}"
                )


def weight_files(folder: Path) -> Sequence[Path]:
    """Return the safetensors files of a checkpoint, one or several shards.

    Raises:
        UserError: There are none, or a shard is missing.
    """
    single, index = folder / "model.safetensors", folder / INDEX
    if os.path.lexists(single):
        return (single,)
    if os.path.lexists(index):
        names = set(decode(_Index, read_json(index), index).weight_map.values())
        shards = sorted(folder / name for name in names)
        if missing := [shard.name for shard in shards if not os.path.lexists(shard)]:
            raise UserError(
                f"The model folder {folder} lacks {shortened(', '.join(missing))}.",
                "Download the model again.",
            )
        return shards
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")):
        raise UserError(
            f"The model in {folder} has only pickled weights, which are never loaded here.",
            "Save it with `save_pretrained(folder)`, which writes model.safetensors.",
        )
    raise UserError(f"The model folder {folder} has no model.safetensors.", "Download it again.")


def weight_shapes(files: Sequence[Path]) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every weight in safetensors files.

    Raises:
        UserError: A file is truncated, damaged or unreadable, or two have the same weight.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for file in files:
        found = _shapes_in(file)
        if repeated := shapes.keys() & found.keys():
            raise UserError(
                f"The weight {shortened(min(repeated))} is in {file} and in another file.",
                "Download the model again.",
            )
        shapes |= found
    return shapes


def _shapes_in(file: Path) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every weight in a file, and verify that it is complete.

    Raises:
        UserError: The file is truncated, damaged or unreadable.
    """
    from safetensors import SafetensorError, safe_open

    size_of_file = ordinary_size(file)
    try:
        with file.open("rb") as content:
            header = int.from_bytes(content.read(8), "little")
        if header > LARGEST_HEADER:
            raise SafetensorError(f"its header claims {size(header)}")
        shapes = {}
        with safe_open(file, framework="numpy") as tensors:
            for name in tensors.keys():  # noqa: SIM118 - it is no mapping
                tensor = tensors.get_slice(name)
                if (number_format := tensor.get_dtype()) not in NUMBER_FORMATS:
                    raise UserError(
                        f"The weight {shortened(name)} in {file} has the number format "
                        f"{number_format}, which cannot be loaded here.",
                        "Save the model with weights in float32, bfloat16 or float16.",
                    )
                shapes[name] = tuple(tensor.get_shape())
    except MemoryError as error:
        raise UserError(
            f"The weights in {file} do not fit into memory: the file has {size(size_of_file)}.",
            "Use a smaller model, or allow this program more memory.",
        ) from error
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"The weights in {file} are damaged or cut short ({shortened(first_line(error))}).",
            "Download the model again.",
        ) from error
    return shapes


def weights_digest(files: Sequence[Path]) -> str:
    """Return the SHA-256 of the files of weights, about a third of a second for 500 MB.

    Raises:
        OSError: A file cannot be read.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def refuse_other_weights(folder: Path, expected: Shapes, found: Shapes) -> None:
    """Refuse a model whose weights do not match its configuration.

    The library only warns, and fills missing weights with random numbers.

    Raises:
        UserError: Weights are missing, left over or of another shape.
    """
    both = expected.keys() & found.keys()
    kinds = {
        "missing": expected.keys() - found.keys(),
        "left over": found.keys() - expected.keys(),
        "of another shape": {name for name in both if expected[name] != found[name]},
    }
    parts = [
        f"{len(names)} {kind} (such as {shortened(min(names))})"
        for kind, names in kinds.items()
        if names
    ]
    if parts:
        raise UserError(
            f"The weights in {folder} do not belong to its config.json: {'; '.join(parts)}.",
            "Download the model again, or save it again with `save_pretrained(folder)`.",
        )
