"""Networks on disk: one ``.npy`` for each array, mapped into memory, so that opening one costs nothing and
every process of a machine shares the same pages.

A network lies in ``<folder>/<version>/``. It is written beside, synced, then renamed (DATA 13): after a
crash there is the whole network or none. Its words and the size of every file stand in ``network.json``; a
folder that does not agree with it is taken away and built anew.
"""

import json
import os
import shutil
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from geo.streets.hierarchy import Hierarchy
from geo.streets.network import ARRAYS, StreetNetwork, frozen

_WORDS = "network.json"
_HIERARCHY = tuple(field.name for field in fields(Hierarchy))


def save_network(network: StreetNetwork, folder: Path) -> Path:
    """Keep a network as ``folder/<version>``; the place it lies in. The first of two writers wins."""
    words = {
        "version": network.version,
        "zone": network.zone,
        "coverage_from": network.coverage_from,
        "nodes": network.node_count,
        "edges": network.edge_count,
    }
    arrays = {name: getattr(network, name) for name in ARRAYS}
    return _save(arrays, words, folder / network.version)


def find_network(folder: Path, version: str) -> StreetNetwork | None:
    """The network of a version, or None when it is not there or not whole."""
    found = _find(folder / version, ARRAYS)
    if found is None:
        return None
    arrays, words = found
    return StreetNetwork(
        **arrays,
        coverage_from=words["coverage_from"],
        zone=int(words["zone"]),
        version=str(words["version"]),
    )


def save_hierarchy(hierarchy: Hierarchy, folder: Path, version: str, metric: str) -> Path:
    """Keep the hierarchy of a metric (``TravelGraph.metric``) of a network beside it."""
    arrays = {name: getattr(hierarchy, name) for name in _HIERARCHY}
    return _save(arrays, {"metric": metric}, folder / f"{version}.{metric}")


def find_hierarchy(folder: Path, version: str, metric: str) -> Hierarchy | None:
    """The hierarchy of a metric, or None when it is not there or not whole."""
    found = _find(folder / f"{version}.{metric}", _HIERARCHY)
    return Hierarchy(**found[0]) if found else None


def sweep(folder: Path, in_use: set[str], before: datetime) -> int:
    """Remove networks of versions that nobody asks for, and their hierarchies, that are older than a
    moment. Returns how many went."""
    lost = [
        path
        for path in folder.glob("*")
        if path.name.partition(".")[0] not in in_use and path.stat().st_mtime < before.timestamp()
    ]
    for path in lost:
        shutil.rmtree(path, ignore_errors=True)
    return len(lost)


def _save(arrays: dict[str, NDArray], words: dict[str, Any], place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.parent / f".{place.name}-{uuid4().hex[:8]}"
    beside.mkdir(mode=0o700)
    try:
        sizes = {name: _write(beside / f"{name}.npy", array) for name, array in arrays.items()}
        with (beside / _WORDS).open("w", encoding="utf-8") as file:
            json.dump(words | {"bytes": sizes}, file)
            file.flush()
            os.fsync(file.fileno())
        _sync(beside)
        beside.rename(place)
        _sync(place.parent)
    except OSError:
        if not (place / _WORDS).is_file():  # nobody else was first: a full disk, a lost folder
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def _write(path: Path, array: NDArray) -> int:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _sync(folder: Path) -> None:
    """Let the folder's names reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _find(place: Path, names: tuple[str, ...]) -> tuple[dict[str, NDArray], dict[str, Any]] | None:
    if not place.is_dir():
        return None
    try:
        words = json.loads((place / _WORDS).read_text(encoding="utf-8"))
        for name in names:
            if (place / f"{name}.npy").stat().st_size != words["bytes"][name]:
                raise ValueError
        return {name: _mapped(place / f"{name}.npy") for name in names}, words
    except (OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(place, ignore_errors=True)  # half written, cut off, of another form
        return None


def _mapped(path: Path) -> NDArray:
    """An array over its file; an empty one has no pages to map."""
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return frozen(array)
