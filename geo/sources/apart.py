"""別室: a reader of foreign formats at work in a process of its own, where it can do no harm.

GDAL, openpyxl and xlrd are large and read what strangers wrote. They run in a child with limits of
memory, time and file size, a private folder and an environment without proxies, and hand back
lines of JSON. Whatever happens there, the house here answers with a reason.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from geo.errors import Unreadable

HOUSE = Path(__file__).parents[2]
OUT_OF_MEMORY = 3  # exit status
# What libraries say when they are refused memory before Python can
_SIGNS_OF_HUNGER = ("MemoryError", "bad_alloc", "emory", "failed to map segment")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use. Our choice: 5,000 areas of 200 points (16 MB) take 0.2 GB and 4 s."""

    memory_mb: int = 2_000
    cpu_s: int = 60
    wall_s: int = 120
    file_mb: int = 1_000


LIMITS = Limits()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for one reading, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="engawa-read-") as folder:
        yield Path(folder)


def read(
    module: str,
    question: dict[str, Any],
    folder: Path,
    environment: dict[str, str] | None = None,
    limits: Limits | None = None,
) -> Iterator[Any]:
    """What a reader (a module of ours with ``answer`` under ``speak``) answers, line by line.

    Raises Unreadable with the reason the reader gave, else too_slow, too_much_memory or
    cannot_read (with ``detail``, for the log).
    """
    limits = limits or LIMITS
    answer = folder / "answer.jsonl"
    asked = json.dumps(
        {"question": question, "limits": [limits.memory_mb, limits.cpu_s, limits.file_mb]}
    )
    with answer.open("wb") as out:
        try:
            surroundings = _environment(folder) | (environment or {})
            done = _run(module, asked.encode(), out, folder, surroundings, limits)
        except subprocess.TimeoutExpired:
            raise Unreadable(reason="too_slow") from None
    if done.returncode == OUT_OF_MEMORY:
        raise Unreadable(reason="too_much_memory")
    if done.returncode in (-24, -9):  # SIGXCPU; SIGKILL after it, or from the kernel
        raise Unreadable(reason="too_slow")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-500:]
        if any(sign in said for sign in _SIGNS_OF_HUNGER):
            raise Unreadable(reason="too_much_memory")
        raise Unreadable(reason="cannot_read", detail=said)
    return _lines(answer)


def _run(
    module: str,
    asked: bytes,
    out: IO[bytes],
    folder: Path,
    environment: dict[str, str],
    limits: Limits,
) -> subprocess.CompletedProcess[bytes]:
    """The child, from its start to its end (tests/forking.py starts it in another way)."""
    return subprocess.run(  # noqa: S603 our own interpreter and module, no shell
        [sys.executable, "-P", "-m", module],
        input=asked,
        stdout=out,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        timeout=limits.wall_s,
        check=False,
    )


def speak(reader: Callable[[dict[str, Any]], Iterator[Any]]) -> None:
    """The child's side: limits first, then the reader, one JSON value a line."""
    asked = json.load(sys.stdin)
    memory_mb, cpu_s, file_mb = asked["limits"]
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory_mb << 20)
    _limit(resource.RLIMIT_CPU, cpu_s)
    _limit(resource.RLIMIT_FSIZE, file_mb << 20)
    try:
        for value in reader(asked["question"]):
            sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    except Unreadable as refused:
        sys.stdout.write(json.dumps({"unreadable": refused.facts}, ensure_ascii=False) + "\n")
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where the code is: no proxies, no home, no credentials."""
    return {
        "PYTHONPATH": str(HOUSE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "PROJ_NETWORK": "OFF",
        "OPENBLAS_NUM_THREADS": "1",  # each thread would take its share of the memory limit
    }


def _lines(answer: Path) -> Iterator[Any]:
    with answer.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                raise Unreadable(reason="cannot_read", detail="half an answer") from None
            if isinstance(value, dict) and "unreadable" in value:
                raise Unreadable(**value["unreadable"])
            yield value
