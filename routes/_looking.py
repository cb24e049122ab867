"""Counting that a page was opened, after it has been sent: not for programs, staff, or who only asks."""

from contextlib import suppress
from uuid import UUID

from flask import Flask, Response, current_app, request
from flask_login import current_user
from sqlalchemy.orm import Session

from geo.looks import Looks, is_program
from routes._request import DATABASE_AWAY, now, today


def register(app: Flask) -> None:
    """One count for the whole server."""
    app.extensions["looks"] = Looks()


def looked_at(response: Response, resource: UUID) -> Response:
    """Count the page of a resource that this answer shows, when the answer is out."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    ahead = "prefetch" in purpose
    agent = request.user_agent.string
    if request.method != "GET" or ahead or current_user.is_authenticated or is_program(agent):
        return response
    looks: Looks = current_app.extensions["looks"]
    engine, moment = current_app.extensions["engine"], now()
    looks.count(resource, today())

    def keep() -> None:
        with suppress(*DATABASE_AWAY):  # then it waits for the next page
            looks.keep(lambda: Session(engine), moment)

    if looks.is_due(moment):
        response.call_on_close(keep)
    return response
