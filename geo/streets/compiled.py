"""Machine code for the kernels: compiled once by numba, kept beside the code that it was made of.

numba asks only whether a kernel's own file has changed, not the files of the functions that it
calls: after an upgrade it would go on running the old ones. So the machine code lies in a folder
named by the content of all files here. Where nothing can be written each process compiles anew.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
from llvmlite import ir
from numba import extending, types

Number = Any  # a scalar of a kernel: numba gives it its width

P = ParamSpec("P")
R = TypeVar("R")

byte_pointer = ir.IntType(8).as_pointer()  # what an intrinsic without an answer returns
_config: Any = numba.config
_HERE = Path(__file__).parent
KEPT_S = 30 * 86_400  # our choice: code of an older checkout goes after a month


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, without the interpreter's lock, and keep the machine code.

    What it is given must have one type always: int32, int64, uint8 … arrays, C-contiguous.
    """
    kernel: Callable[P, R] = numba.njit(cache=_FOLDER is not None, nogil=True)(function)
    return kernel


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A small function of kernels whose code is written into theirs: handing over a raster of arrays costs
    more than what is done with it."""
    part: Callable[P, R] = numba.njit(nogil=True, forceinline=True)(function)
    return part


def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of kernels that is written in LLVM's own language: it gets types, and returns the type
    of its answer and what writes the code. Its first argument is left out where it is called."""
    made: Callable[..., Any] = extending.intrinsic(function)
    return made


def ask_for(builder: Any, address: Any) -> None:
    """In LLVM's own language: fetch the memory at an address before it is needed."""
    byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind, name = ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0"
    asked = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    flags = [ir.Constant(word, flag) for flag in (0, 3, 1)]  # to read, near, data
    builder.call(asked, [builder.inttoptr(address, byte), *flags])


@intrinsic
def prefetch(_context: Any, _address: Any) -> Any:
    """The same for kernels: a search knows where it will go next."""

    def code(_target: Any, builder: Any, _signature: Any, given: Any) -> Any:
        ask_for(builder, given[0])
        return ir.Constant(byte_pointer, None)

    return types.void(types.intp), code


def _folder() -> Path | None:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(_HERE.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    shelf = Path(_config.CACHE_DIR) if _config.CACHE_DIR else _HERE / "__pycache__"
    mine = shelf / f"kernels-{digest.hexdigest()}"
    try:
        mine.mkdir(parents=True, exist_ok=True)
        os.utime(mine)
        for other in shelf.glob("kernels-*"):
            if other.stat().st_mtime < time.time() - KEPT_S:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return None
    return mine if os.access(mine, os.W_OK) else None


_FOLDER = _folder()
if _FOLDER is not None:
    _config.CACHE_DIR = str(_FOLDER)
