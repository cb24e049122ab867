"""メール: one letter at a time to the office's own mail server, by Python's own library."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from geo.errors import Invalid

PATIENCE_S = 20.0  # our choice: a mail server that does not answer must not hold the worker
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}  # RFC 5321, 6409, 8314
COULD_NOT = (smtplib.SMTPException, OSError)  # the server refused, or was not there


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to go. ``name`` makes its Message-ID: the same mail twice is known as one."""

    to: str
    subject: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where mail is handed in, and who sends it.

    url     smtp://host, smtp+starttls://user:password@host:587, smtps://host
    sender  えんがわ <engawa@city.example>
    """

    url: str
    sender: str

    @classmethod
    def parse(cls, url: str, sender: str) -> "PostOffice":
        """Read the environment's words. Raises Invalid where they name no server or no sender."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise Invalid(fields={"SMTP_URL": "unreadable"})
        if "@" not in parseaddr(sender)[1]:
            raise Invalid(fields={"MAIL_FROM": "not_an_email"})
        return cls(url, sender)

    def send(self, letter: Letter, at: datetime) -> None:
        """Hand a letter in. Raises one of COULD_NOT when it was not taken."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        host = parseaddr(self.sender)[1].rsplit("@", 1)[1]
        message["Message-ID"] = f"<{letter.name}@{host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
        message.set_content(letter.text)
        with self._server() as server:
            server.send_message(message)

    def _server(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE_S)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server
