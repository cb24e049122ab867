"""Hostile files through the importers, in a process that may die of them without harm to anybody."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Databases
from tests.hostile.files import Hostile

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 150  # wall: after that a file counts as one that hangs
CPU_S = 20.0  # of the house itself
CHILD_S = 65.0  # of the readers in processes of their own, which are stopped after 30 or 60
WALL_S = 120.0  # the database works beside it; a busy machine is no failure
PEAK_MB = 2_000  # more than the process that reads held before: as much as a child may have


@dataclass(slots=True)
class Campaign:
    """The reading process, and every answer it gave: (file, importer, answer)."""

    application: str
    owner: str
    folder: Path
    municipality: str = "99001"
    told: list[tuple[Hostile, str, dict[str, Any]]] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    def try_out(self, number: int, file: Hostile, *, also_elsewhere: bool = True) -> None:
        """Through the importer it fits and one it does not; what it may not do is in ``problems``."""
        path = file.write(self.folder / "files" / str(number))
        beside = sorted(path.parent.iterdir())
        for dataset in dict.fromkeys((file.fits, file.other) if also_elsewhere else (file.fits,)):
            answer = self._ask(dataset, path)
            if sorted(path.parent.iterdir()) != beside:
                answer["left"].append("beside the file")
            self.told.append((file, dataset, answer))
        with contextlib.suppress(OSError):
            shutil.rmtree(path.parent)

    def problems(self) -> list[str]:
        """One line for each reading that did not end as it must."""
        return [
            f"{file.family} / {file.name[:60]!r} as {dataset}: {wrong}"
            for file, dataset, answer in self.told
            for wrong in _wrong(answer)
        ]

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def _ask(self, dataset: str, path: Path) -> dict[str, Any]:
        process = self._reader()
        question = {"dataset": dataset, "path": str(path), "municipality": self.municipality}
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        if select.select([process.stdout], [], [], PATIENCE_S)[0] and (
            line := process.stdout.readline()
        ):
            return json.loads(line)
        said = (
            f"hangs after {PATIENCE_S} s" if process.poll() is None else f"died of {process.poll()}"
        )
        self.close()
        self._process = None
        return {
            "outcome": "died",
            "said": said,
            "unworded": [],
            "changed": [],
            "left": [],
            "cpu_s": 0,
            "child_s": 0,
            "wall_s": 0,
            "peak_mb": 0,
        }

    def _reader(self) -> subprocess.Popen[str]:
        """The process, begun anew where the last file ended it."""
        if self._process is None or self._process.poll() is not None:
            for room in ("originals", "tmp"):
                (self.folder / room).mkdir(parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.hostile.worker", self.application, self.owner, self.folder],
                cwd=CHECKOUT,
                env=os.environ | {"TMPDIR": str(self.folder / "tmp")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )  # fmt: skip
            assert json.loads(self._process.stdout.readline())["tables"] > 20
        return self._process


@contextlib.contextmanager
def campaign_over(databases: Databases, folder: Path) -> Iterator[Campaign]:
    """A campaign over a copy of the databases, which goes with it."""
    copy = databases.copy()
    campaign = Campaign(copy.application, copy.owner, folder)
    yield campaign
    campaign.close()
    copy.drop()


def _wrong(answer: dict[str, Any]) -> Iterator[str]:
    if answer["outcome"] in ("raised", "died"):
        yield f"{answer['outcome']} {answer['said']}\n{answer.get('trace', '')}"
    if answer["unworded"]:
        yield f"no words for {answer['unworded']}"
    if answer["changed"]:
        yield f"changed {answer['changed']}"
    if answer["left"]:
        yield f"left behind {answer['left'][:5]}"
    if answer["cpu_s"] > CPU_S:
        yield f"took {answer['cpu_s']} s: {answer['said']}"
    if answer["child_s"] > CHILD_S:
        yield f"a child took {answer['child_s']} s: {answer['said']}"
    if answer["wall_s"] > WALL_S:
        yield f"took {answer['wall_s']} s by the clock: {answer['said']}"
    if answer["peak_mb"] > PEAK_MB:
        yield f"took {answer['peak_mb']} MB: {answer['said']}"
