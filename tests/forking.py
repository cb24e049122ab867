"""The processes that read foreign files and set pages, begun in a moment.

A new interpreter takes a third of a second, for its libraries alone, and most tests of a file ask three times what it
holds. Here one process for each of those modules opens their libraries and then doubles itself for every question: the
double gets the folder, the environment, the limits, input and output of ``geo.sources.apart`` and ``geo.paper``, runs the
module as ``python -m`` does, and ends. Who sets limits of their own gets a process as in life, and so do the hostile
files (tests/hostile), whose house is a process of its own.

``python -P -m tests.forking LIBRARY…``: one question a line in, {"code", "said"} a line out.
"""

import base64
import json
import os
import runpy
import select
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[1]
# module -> what it imports when it is asked
LIBRARIES = {
    "geo.sources.excel_child": ("openpyxl", "openpyxl.utils.exceptions", "xlrd"),
    "geo.sources.vector_child": ("numpy", "pyogrio", "pyogrio.raw", "pyproj", "shapely"),
    "geo.sources.dem_tiff_child": ("numpy", "rasterio", "rasterio.windows", "pyproj"),
    "geo.paper": ("weasyprint", "weasyprint.urls"),
}


class Doubled:
    """The process of one module that doubles itself."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        self._module, self._lock = module, threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.forking", *LIBRARIES[module]],
            cwd=HOUSE,
            env=environment | {"PYTHONPATH": str(HOUSE), "TMPDIR": tempfile.gettempdir()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, asked: bytes, folder: Path, environment: dict[str, str], out: Path, wall_s: float
    ) -> subprocess.CompletedProcess[bytes]:
        """What its double came to. Raises TimeoutExpired."""
        question = {
            "module": self._module,
            "asked": base64.b64encode(asked).decode(),
            "folder": str(folder),
            "environment": environment,
            "out": str(out),
        }
        with self._lock:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            if not select.select([self._process.stdout], [], [], wall_s)[0]:
                raise subprocess.TimeoutExpired(self._module, wall_s)
            told = json.loads(self._process.stdout.readline())
        said = base64.b64decode(told["said"])
        return subprocess.CompletedProcess(self._module, told["code"], b"", said)

    def close(self) -> None:
        """Its last question was asked."""
        self._process.communicate()


@contextmanager
def ready() -> Iterator[None]:
    """While this is open, ``apart`` and ``paper`` ask processes that are there already."""
    import pytest  # noqa: PLC0415 these are not for the process that doubles itself

    from geo import paper  # noqa: PLC0415
    from geo.sources import apart, tables  # noqa: PLC0415

    begun: dict[str, Doubled] = {}
    usual, in_life = (apart.LIMITS, tables.EXCEL_LIMITS), apart._run

    def read(module, asked, out, folder, environment, limits):
        if module not in LIBRARIES or limits not in usual:
            return in_life(module, asked, out, folder, environment, limits)
        if module not in begun:
            begun[module] = Doubled(module, environment)
        return begun[module].run(asked, folder, environment, Path(out.name), limits.wall_s)

    def set_page(asked):
        if paper.__name__ not in begun:
            begun[paper.__name__] = Doubled(paper.__name__, dict(os.environ))
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "page.pdf"
            process = begun[paper.__name__]
            done = process.run(asked, HOUSE, dict(os.environ), out, paper.TOO_LONG_S)
            done.stdout = out.read_bytes()
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "_run", read)
        patch.setattr(paper, "_run", set_page)
        yield
    for process in begun.values():
        process.close()


def main(libraries: list[str]) -> None:
    """Open the libraries; then a double for each question."""
    for library in libraries:
        import_module(library)
    for line in sys.stdin:
        question = json.loads(line)
        with tempfile.TemporaryFile() as said:
            double = os.fork()
            if not double:
                _answer(question, said.fileno())
            code = os.waitstatus_to_exitcode(os.waitpid(double, 0)[1])
            said.seek(0)
            told = {"code": code, "said": base64.b64encode(said.read()).decode()}
        print(json.dumps(told), flush=True)


def _answer(question: dict[str, Any], said: int) -> None:
    """In the double: what ``python -m`` does, and its end."""
    code = 1
    try:
        with tempfile.TemporaryFile() as asked, Path(question["out"]).open("wb") as out:
            asked.write(base64.b64decode(question["asked"]))
            asked.seek(0)
            for theirs, number in ((asked.fileno(), 0), (out.fileno(), 1), (said, 2)):
                os.dup2(theirs, number)
        os.chdir(question["folder"])
        os.environ.clear()
        os.environ.update(question["environment"])
        tempfile.tempdir = None
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode) for n, mode in enumerate("rww"))
        runpy.run_module(question["module"], run_name="__main__", alter_sys=True)
        sys.stdout.flush()
        code = 0
    except SystemExit as ended:
        sys.stdout.flush()
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
