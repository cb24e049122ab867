"""Healthy files that met an accident: cut off, bits turned over, called otherwise, zeros, twice."""

from collections.abc import Iterator
from pathlib import Path

from tests.hostile.files import HEALTHY, Hostile, family, luck

CUTS = (0.02, 0.3, 0.7, 0.95, 0.999)
FLIPS = (3, 40, 400)
OTHER_ENDINGS = (".shp", ".gpkg", ".zip", ".xlsx", ".geojson", ".csv", ".osm", ".osm.pbf", "")


def files(written: Path) -> Iterator[Hostile]:
    for number, (name, fits) in enumerate(HEALTHY.items()):
        path = written / name
        whole = path.read_bytes()
        stem, ending = path.stem, path.suffix
        cuts = {f"{stem}-{at}{ending}": whole[: int(len(whole) * at)] for at in CUTS}
        yield from family("cut off", fits, cuts)
        flips = {f"{stem}-{n}{ending}": flipped(whole, n) for n in FLIPS}
        yield from family("bytes turned over", fits, flips)
        other = OTHER_ENDINGS[number % len(OTHER_ENDINGS)]
        yield from family("another ending", fits, {f"{stem}{other}": whole})
        middle = len(whole) // 2
        zeros = {
            f"{stem}-middle{ending}": whole[:middle] + b"\0" * 100 + whole[middle:],
            f"{stem}-tail{ending}": whole + b"\0" * 4096,
        }
        yield from family("zeros", fits, zeros)
        twice = {f"{stem}-twice{ending}": whole * 2, f"{stem}-tail{ending}": whole + whole[:middle]}
        yield from family("twice in one", fits, twice)
        lost = {f"{stem}-hole{ending}": whole[: middle - 50] + whole[middle + 50 :]}
        yield from family("a hole", fits, lost)


def flipped(whole: bytes, times: int) -> bytes:
    """The same bytes, some of them turned over."""
    chance, spoilt = luck("flip", len(whole), times), bytearray(whole)
    for _ in range(times):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)
