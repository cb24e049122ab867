"""What the doors that take files share: a file from the form into the waiting room."""

from pathlib import Path
from uuid import UUID

from flask import current_app
from werkzeug.datastructures import FileStorage

from geo import originals
from geo.errors import Invalid, Unreadable
from geo.previews import Sent
from routes._errors import reason_words

MOST_OPEN = 10  # our choice: of one person; 300 MB each, a day at the longest


def receive(sent: FileStorage | None, preview: UUID, limit_mb: int) -> Sent:
    """What was sent, in the waiting room. Raises Invalid without a file, Unreadable."""
    if sent is None or not sent.filename:
        raise Invalid(fields={"file": "no_file"})
    folder = originals.waiting_room(waiting_files(), preview)
    path, sha256, size = originals.receive(sent.stream, sent.filename, folder, limit_mb)  # type: ignore[arg-type]
    return Sent(preview, path.name, sha256, size)


def waiting_files() -> Path:
    """The folder of the originals, beside which the waiting room lies."""
    return current_app.extensions["settings"].var / "originals"


def file_words(error: Unreadable) -> str:
    """What is wrong with a file, and how large it may be."""
    words = reason_words(str(error.facts["reason"])).rstrip("。")
    limit = f"（{error.facts['limit_mb']}MBまで）" if "limit_mb" in error.facts else ""
    return f"{words}{limit}。"
