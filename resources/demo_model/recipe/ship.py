"""Puts a trained model where the product finds it: `python -m resources.demo_model.recipe.ship`."""

import argparse
import hashlib
import json
import re
from pathlib import Path

from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).parents[1]
"""`resources/demo_model`."""


HALVED = re.compile(r"block\.0\.layer\.1\.self_attention\.|block\.[01]\.layer\.2\.mlp\.")
"""Weights whose rounding to float16 moves no forecast by 1e-3 of a series' deviation.

Group attention of the first block, and the feed-forward layers of the first two. Rounding
everything moves the outer quantiles by up to 1e-2.
"""


def ship(trained: Path, folder: Path) -> str:
    """Stores a part of the weights in half precision, with their configuration; gives the SHA-256.

    The configuration keeps saying float32, which is what the library loads them as. Both files
    replace their predecessors at once, so that a reader never sees half a model.
    """
    weights = {
        name: value.half() if HALVED.search(name) else value
        for name, value in load_file(trained / "model.safetensors").items()
    }
    config = json.loads((trained / "config.json").read_text()) | {"dtype": "float32"}
    weights_file, config_file = folder / "model.safetensors.new", folder / "config.json.new"
    save_file(weights, weights_file, metadata={"format": "pt"})
    weights_file.chmod(0o644)
    config_file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    digest = hashlib.sha256(weights_file.read_bytes()).hexdigest()
    config_file.replace(folder / "config.json")
    weights_file.replace(folder / "model.safetensors")
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
