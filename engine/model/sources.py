"""Find the folder of a model: the demo, a folder of yours, or a checkpoint of the hub."""

import logging
import os
import re
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from engine.base.errors import UserError, first_line
from engine.base.escaping import quoted
from engine.base.files import is_folder

DEMO = "demo"
PRODUCTION_MODEL = "amazon/chronos-2"
"""The model that an exported configuration and a production script use by default."""
HUB_ID = re.compile(
    r"(?!.*(--|\.\.|\.git$))[A-Za-z0-9]([\w.-]*\w)?/[A-Za-z0-9]([\w.-]{0,94}\w)?", re.ASCII
)
"""Names that the hub accepts for a model, as `huggingface_hub.utils.validate_repo_id` checks."""
DOWNLOADED_FILES = ("config.json", "*.safetensors", "model.safetensors.index.json")

logger = logging.getLogger(__name__)


def locate(source: str, report: Callable[[str], None] = lambda _text: None) -> Path:
    """Return the folder of a checkpoint, downloaded from the hub if necessary.

    Args:
        source: `demo`, a folder or a hub id.
        report: Receives a short text when a download starts.

    Raises:
        UserError: The checkpoint does not exist, or the download fails.
    """
    if source == DEMO:
        with as_file(files("resources") / "demo_model") as folder:
            return Path(folder)
    folder = as_path(source)
    if is_folder(folder):
        return folder
    if os.path.lexists(folder):
        raise UserError(
            f"The model {quoted(source)} is a file.",
            "Name the folder that holds config.json and model.safetensors.",
        )
    if HUB_ID.fullmatch(source):
        return _fetch(source, report)
    raise UserError(
        f"There is no folder {quoted(source)}.",
        "Name an existing folder, a hub id such as amazon/chronos-2, or demo.",
    )


def as_path(source: str) -> Path:
    """Return the path that a model's name stands for; ~ becomes your home folder."""
    return Path(os.path.expanduser(source))  # noqa: PTH111 - the method fails for unknown users


def _fetch(hub_id: str, report: Callable[[str], None]) -> Path:
    """Return the local copy of a hub checkpoint, downloaded if it is missing.

    Raises:
        UserError: The hub is unreachable, has no such model or denies access.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    from engine.model.checkpoint import read_checkpoint

    def download(local_files_only: bool) -> Path:
        return Path(
            snapshot_download(
                hub_id,
                allow_patterns=list(DOWNLOADED_FILES),
                local_files_only=local_files_only,
            )
        )

    try:
        folder = download(local_files_only=True)
        read_checkpoint(folder)
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, FileNotFoundError, UserError):
        logger.info("%s is missing or incomplete on this machine", hub_id)
    except HFValidationError as error:
        raise UserError(
            f"{quoted(hub_id)} is neither a folder nor a possible hub id ({first_line(error)}).",
            "Name an existing folder, a hub id such as amazon/chronos-2, or demo.",
        ) from error
    else:
        return folder
    beforehand = (
        f"On a machine with a connection run `hf download {hub_id} --local-dir FOLDER`, "
        "bring the folder here and use its path as the model."
    )
    report(f"Downloading {hub_id} from the hub")
    try:
        return download(local_files_only=False)
    except GatedRepoError as error:
        raise UserError(
            f"The model {quoted(hub_id)} on the hub is only given to accepted users.",
            "Accept its terms on its page and run `hf auth login`.",
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            f"The hub has no model {quoted(hub_id)}, or not for this user.",
            "Check the spelling, or run `hf auth login` if it is private.",
        ) from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        raise UserError(
            f"The model {quoted(hub_id)} is not on this machine and the hub cannot be reached "
            f"({first_line(error)}).",
            beforehand,
        ) from error
