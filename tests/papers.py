"""A PDF as a test looks at it."""

import contextlib
import re
import zlib


def unpacked(body: bytes) -> bytes:
    """A PDF with what is packed in it."""
    assert body.startswith(b"%PDF-")
    found = [body]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(packed))  # whatever stands before its end
    return b"\n".join(found)


def sheets_of(body: bytes) -> int:
    """How many pages of paper it has."""
    return len(re.findall(rb"/Type ?/Page\b", unpacked(body)))
