"""What every suite needs: a database of its own, thrown away; medians of turns; the form of a case."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from geo.records import migrate
from geo.records.database import open_engine
from scripts.cluster import ADMIN, Cluster

RUNS = 3


@dataclass(frozen=True)
class Ground:
    """A database without fsync, as the application, as its owner and as its superuser, and a folder
    beside it."""

    engine: Engine
    application: str
    owner: str
    admin: str
    folder: Path


@contextmanager
def ground() -> Iterator[Ground]:
    """A server with all tables and nothing in them, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="engawa-bench-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "var", durable=False).ensure()
    migrate.upgrade(lambda: cluster.owner_conninfo, lambda: cluster.conninfo)
    engine = open_engine(lambda: cluster.conninfo)
    try:
        admin = make_conninfo(cluster.owner_conninfo, user=ADMIN)
        yield Ground(engine, cluster.conninfo, cluster.owner_conninfo, admin, folder)
    finally:
        engine.dispose()
        cluster.stop()
        shutil.rmtree(folder)


def compare(
    ours: Callable[[int], object], other: Callable[[int], object], words: str, n: int
) -> dict[str, object]:
    """Both in turns, and their medians as a case."""
    return case(*medians(ours, other), words, n)


def medians(ours: Callable[[int], object], other: Callable[[int], object]) -> tuple[float, float]:
    """Median milliseconds of both, taken in turns."""
    pairs = [(ms(lambda r=run: ours(r)), ms(lambda r=run: other(r))) for run in range(RUNS)]
    ours_ms, other_ms = zip(*pairs, strict=True)
    return statistics.median(ours_ms), statistics.median(other_ms)


def case(ours_ms: float, other_ms: float, other: str, n: int, **more: object) -> dict[str, object]:
    """A case as it is printed and written."""
    return {
        "ours_ms": round(ours_ms, 3),
        "other_ms": round(other_ms, 3),
        "other": other,
        "ratio": round(ours_ms / other_ms, 2),
        "n": n,
        **more,
    }


def ms(work: Callable[[], object]) -> float:
    """How long a piece of work takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def percentile(times: list[float], percent: int) -> float:
    """The time that so many percent of the times do not exceed."""
    return statistics.quantiles(times, n=100)[percent - 1]
