"""Files at the door: sent by the page, tried out by the worker beside it."""

import io
import re
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from geo import previewing


def send(client: FlaskClient, content: str | bytes, name="list.csv", **form) -> TestResponse:
    """The answer to the form of /imports/new."""
    raw = content.encode() if isinstance(content, str) else content
    data = {"dataset": "resources", "file": (io.BytesIO(raw), name), **form}
    return client.post("/imports/new", data=data)


def preview_of(answer: TestResponse) -> UUID:
    """Where an answer leads: the preview of what was sent."""
    found = re.search(r"/imports/previews/([0-9a-f-]{36})$", answer.location or "")
    assert found, (answer.status_code, answer.text)
    return UUID(found[1])


def work(app: Flask, db: Session, preview: UUID) -> None:
    """What the worker does, over the test's own session."""
    kept: Path = app.extensions["settings"].var / "originals"
    previewing.work(
        lambda: Session(db.connection(), join_transaction_mode="create_savepoint"),
        kept,
        preview,
        beat_s=60,
    )


def tried(app: Flask, db: Session, client: FlaskClient, content: str | bytes, **form) -> str:
    """The address of the preview of a file, when the worker is done with it."""
    answer = send(client, content, **form)
    work(app, db, preview_of(answer))
    return answer.location
