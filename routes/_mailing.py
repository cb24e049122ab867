"""The words of a campaign's mails: templates/campaigns/mail_*.txt, whose first line is the subject."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from geo.post import PostOffice
from geo.reminders import Mailing
from routes._request import now


def mailing(app: Flask) -> Mailing | None:
    """What the worker sends with, or None where no mail server is configured."""
    settings = app.extensions["settings"]
    if not settings.can_mail:
        return None

    def write(reader: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        words = app.jinja_env.get_template(f"campaigns/mail_{reader}.txt").render(**facts)
        subject, _, text = words.strip().partition("\n")
        return subject.strip(), text.strip() + "\n"

    post = PostOffice.parse(settings.smtp_url, settings.mail_from)
    return Mailing(post, write, str(app.secret_key).encode(), now)
