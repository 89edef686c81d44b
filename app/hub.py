"""Published models, fetched: what `ripple model pull` alone does, and alone needs the network for.

huggingface_hub's own download begins anew after every interruption; here what has come is kept beside the
models under its checksum, and the next try goes on from there.
"""

from __future__ import annotations

import errno
import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, Final

from app.extras import install
from engine.errors import ModelProblem, UnknownFormat
from engine.model.library import PART, Known, Library, Origin, described, digest, examined
from engine.types import PromptFormat

Say = Callable[[str], None]

SPARE: Final = 64 * 1024 * 1024
"""Bytes of a disk that a download leaves free."""
AGAIN: Final = "What has come is kept: the same command goes on from there."


@dataclass(frozen=True, slots=True)
class Published:
    """A model that others published, and how it is asked."""

    repository: str
    file: str
    """The file's name, or a pattern for it: repositories hold several types."""
    format: PromptFormat | None


PUBLISHED: Final = {
    "sweep-0.5b": Published("sweepai/sweep-next-edit-0.5B", "*[qQ]8_0.gguf", PromptFormat.SWEEP_2),
    "sweep-1.5b": Published("sweepai/sweep-next-edit-1.5B", "*[qQ]8_0.gguf", PromptFormat.SWEEP_1),
    "zeta": Published("bartowski/zed-industries_zeta-GGUF", "*Q4_K_M.gguf", PromptFormat.ZETA_1),
    "zeta-2": Published("bartowski/zed-industries_zeta-2-GGUF", "*Q4_K_M.gguf", PromptFormat.ZETA_2),
}
"""By the names that `ripple model pull` takes. Exact names, sizes, licences and checksums are the hub's."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A file as the hub describes it."""

    repository: str
    revision: str
    """The commit that it is taken from, so that a long download stays one file."""
    file: str
    size: int
    sha256: str
    licence: str
    """"" where the repository states none."""


def chosen(name: str) -> Published:
    """What a name of the table, or `owner/repository:file.gguf`, means. Raises ModelProblem."""
    if name in PUBLISHED:
        return PUBLISHED[name]
    repository, colon, file = name.partition(":")
    if colon and repository.count("/") == 1 and all(repository.split("/")) and file.endswith(".gguf"):
        return Published(repository, file, None)
    raise ModelProblem(
        f"`{name}` is not known to be published.",
        f"Name one of {', '.join(PUBLISHED)}, or a file as owner/repository:file.gguf.",
        "Unknown model",
    )


def pull(name: str, library: Library, say: Say, known_as: str = "", told: str = "") -> Known:
    """Fetch a published model, check it and list it. Raises ModelProblem, FileProblem."""
    published = chosen(name)
    speaks = told or (published.format.value if published.format else "")
    with _explained(published.repository):
        offer = _look_up(published)
    target = library.folder / f"{offer.repository.replace('/', '--')}--{Path(offer.file).name}"
    wanted = known_as or (name if name in PUBLISHED else Path(offer.file).stem)
    listed = library.free_name(wanted, target)
    licence = offer.licence or "not stated"
    say(f"{offer.repository}: {offer.file}, {offer.size / 2**20:,.1f} MB, licence {licence}")
    library.make_folder()
    if target.is_file() and digest(target) == offer.sha256:
        say("It is here already.")
        format_, part = described(target, speaks), None
    else:
        part = library.folder / f"{offer.sha256}{PART}"
        with _explained(published.repository):
            _download(offer, part)
        _verify(part, offer)
        format_ = _accepted(part, target.name, speaks)
    source = f"{offer.repository}:{offer.file}"
    known = Known(listed, target, Origin.PULLED, format_, offer.size, offer.sha256, source, offer.licence)
    library.put(known, part)
    return known


def _look_up(published: Published) -> Offer:
    """What the hub says of the file: commit, exact name, size, checksum, licence."""
    from huggingface_hub import HfApi

    info = HfApi().model_info(published.repository, files_metadata=True, timeout=30)
    files = [
        one
        for one in info.siblings or ()
        if one.rfilename == published.file or fnmatchcase(one.rfilename, published.file)
    ]
    if not files:
        others = ", ".join(one.rfilename for one in info.siblings or () if one.rfilename.endswith(".gguf"))
        raise ModelProblem(
            f"{published.repository} has no file {published.file}.",
            f"It has: {others}." if others else "It has no GGUF file at all.",
            "Not published",
        )
    file = min(files, key=lambda one: (one.size or 0, one.rfilename))
    if file.lfs is None or not info.sha:
        raise ModelProblem(
            f"The hub states no checksum for {file.rfilename}.",
            "Fetch it by other means, then `ripple model add FILE`.",
            "Not to be verified",
        )
    licence = (info.card_data.get("license") if info.card_data else None) or ""
    return Offer(published.repository, info.sha, file.rfilename, file.lfs.size, file.lfs.sha256, str(licence))


def _download(offer: Offer, part: Path) -> None:
    """Bring the part to its full size, from where it ends."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    with part.open("ab") as file:
        _hold(file, offer)
        have = part.stat().st_size
        if have > offer.size:
            file.truncate(0)
            have = 0
        _check_room(part.parent, offer.size - have, offer)
        http_get(
            hf_hub_url(offer.repository, offer.file, revision=offer.revision),
            file,
            resume_size=have,
            headers=build_hf_headers(library_name="ripple"),
            expected_size=offer.size,
            displayed_filename=Path(offer.file).name,
        )


def _hold(file: BinaryIO, offer: Offer) -> None:
    """Two that write into one part would spoil it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ModelProblem(
            f"{offer.file} is being fetched by another Ripple.", "Wait for it to end.", "Already on its way"
        ) from error


def _check_room(folder: Path, missing: int, offer: Offer) -> None:
    free = shutil.disk_usage(folder).free
    if free < missing + SPARE:
        raise ModelProblem(
            f"{offer.file} needs {missing / 2**20:,.0f} MB; {folder} has {free / 2**20:,.0f}.",
            "Make room, or put the data folder elsewhere (RIPPLE_DATA_DIR).",
            "The disk is full",
        )


def _verify(part: Path, offer: Offer) -> None:
    """Refuse and delete what is not what the hub describes."""
    found = digest(part)
    if found != offer.sha256:
        part.unlink()
        raise ModelProblem(
            f"{offer.file} came with sha256 {found[:16]}, not {offer.sha256[:16]}, and was deleted.",
            "Try again; if it stays so, tell those who publish it.",
            "The download is damaged",
        )


def _accepted(part: Path, file_name: str, told: str) -> str:
    """How the model in the part is asked, which is looked at before it takes another file's place.

    What cannot be used is deleted; what only lacks a word about its format waits for it as a part.
    """
    try:
        return examined(part, told, file_name)
    except UnknownFormat:
        raise
    except ModelProblem:
        part.unlink()
        raise


@contextmanager
def _explained(repository: str) -> Iterator[None]:
    """What can go wrong on the way, in words."""
    try:
        import httpx2
        from huggingface_hub import errors
    except ImportError as error:
        raise ModelProblem(
            "Fetching models needs huggingface_hub, which is not installed.",
            f"Install it with: {install('models')}",
        ) from error
    try:
        yield
    except errors.GatedRepoError as error:
        raise ModelProblem(
            f"{repository} is given to those alone who accept its terms.",
            "Accept them on its page, then sign in with `hf auth login`.",
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ModelProblem(
            f"The hub has no public repository {repository}.",
            "Check the name; another file is named as owner/repository:file.gguf.",
            "Not published",
        ) from error
    except errors.HFValidationError as error:
        raise ModelProblem(f"{repository} is not a repository's name.", "It is owner/repository.") from error
    except (httpx2.TransportError, errors.OfflineModeIsEnabled) as error:
        raise ModelProblem(
            f"The hub cannot be reached: {error}.", f"Check the network. {AGAIN}", "No network"
        ) from error
    except errors.HfHubHTTPError as error:
        raise ModelProblem(
            f"The hub answers {error.response.status_code} for {repository}.", f"Try later. {AGAIN}"
        ) from error
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise ModelProblem(
            f"The download ended: {error.strerror or error}.",
            f"{'Make room' if full else 'Try again'}. {AGAIN}",
            "The disk is full" if full else "The download broke off",
        ) from error
    except KeyboardInterrupt:
        raise ModelProblem("The download was stopped.", AGAIN, "Stopped") from None
