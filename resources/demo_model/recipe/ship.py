"""Puts a trained model where the product finds it: `python -m resources.demo_model.recipe.ship`."""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).parents[1]
"""`resources/demo_model`."""


def ship(trained: Path, folder: Path) -> str:
    """Stores the weights in half precision beside their configuration; returns their SHA-256.

    The configuration keeps saying float32, which is what the library loads them as. Both files
    replace their predecessors at once, so that a reader never sees half a model.
    """
    weights = {
        name: value.to(torch.float16)
        for name, value in load_file(trained / "model.safetensors").items()
    }
    config = json.loads((trained / "config.json").read_text()) | {"dtype": "float32"}
    temporary = folder / "model.safetensors.new"
    save_file(weights, temporary, metadata={"format": "pt"})
    temporary.chmod(0o644)
    digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    (folder / "config.json.new").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (folder / "config.json.new").replace(folder / "config.json")
    temporary.replace(folder / "model.safetensors")
    return digest


def main() -> None:
    """Ships and prints the checksum."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    print(ship(arguments.trained, arguments.folder))


if __name__ == "__main__":
    main()
