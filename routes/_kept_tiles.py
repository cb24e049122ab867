"""Tiles that are packed already: as many as fit into memory, those longest unasked leave first.

Only tiles of a version that is never used again are kept, under that version. So nothing here can be
wrong, only old, and old ones are asked for by nobody but pages that were open before an import.
"""

import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from flask import Flask, current_app

ROOM_BYTES = 32_000_000  # our choice: the tiles of some twenty cities
# Our choice: a server that is asked by nobody but pages from before an import notices it after that.
BELIEVED_S = 60.0


class Packed(NamedTuple):
    """A tile as it travels; empty where there is nothing."""

    body: bytes
    gzipped: bool


class KeptTiles:
    """What one process keeps; several threads ask at once."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room = room_bytes
        self._used = 0
        self._tiles: OrderedDict[tuple[object, ...], Packed] = OrderedDict()
        self._versions: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def find(self, key: tuple[object, ...]) -> Packed | None:
        """A kept tile, which is now the one asked for last."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
            return tile

    def keep(self, key: tuple[object, ...], tile: Packed) -> None:
        """Keep a tile, and let others go for it."""
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = tile
                self._used += _size(tile)
            while self._used > self._room:
                self._used -= _size(self._tiles.popitem(last=False)[1])

    def is_current(self, layer: str, version: str) -> bool:
        """Whether this was a layer's version when the database was asked last, not long ago."""
        current, asked_at = self._versions.get(layer, ("", 0.0))
        return version == current and time.monotonic() - asked_at < BELIEVED_S

    def note(self, layer: str, version: str) -> None:
        """The database says so."""
        self._versions[layer] = (version, time.monotonic())


def _size(tile: Packed) -> int:
    return len(tile.body) + 300  # our choice: what Python needs around it


def register(app: Flask) -> None:
    """Give the application a shelf of its own."""
    app.extensions["kept_tiles"] = KeptTiles()


def kept_tiles() -> KeptTiles:
    """The shelf of this application."""
    shelf: KeptTiles = current_app.extensions["kept_tiles"]
    return shelf
