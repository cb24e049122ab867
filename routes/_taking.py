"""持っていく: what of a resource is taken along, as its page and its files say it. Rows are of resource_public."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import render_template, url_for
from sqlalchemy import Row

from geo import calendars
from geo.calendars import Told, planned, told_until, until
from geo.edits import openings_of
from geo.records.kinds import Kind
from routes import _cards
from routes._codes import site
from routes._languages import in_japanese
from routes._request import now


def taking(row: Row[Any], kinds: Mapping[str, Kind], today: date) -> dict[str, Any]:
    """What templates/_taking.html shows of an entry that runs: its calendar ("" where no day is known), its poster
    ("" where its host wants it on no paper), its address, and a text to copy."""
    with in_japanese():  # what is handed on; the buttons are in the reader's language
        told = _cards.page(row, kinds, today)
        text = text_of(told, address(row))
    return {
        "name": row.name,
        "calendar": url_for("prints.calendar", resource_id=row.id) if told["next_days"] else "",
        "poster": url_for("prints.poster", resource_id=row.id) if row.on_paper else "",
        "address": address(row),
        "text": text,
    }


def address(row: Row[Any]) -> str:
    """Where a resource's page opens, for paper and for others."""
    return site() + url_for("resources.show", resource_id=row.id)


def text_of(told: Mapping[str, Any], link: str) -> str:
    """An entry in some lines, to be sent on."""
    page = render_template("prints/entry.txt", resource=told, address=link)
    return "\n".join(filter(None, (line.strip() for line in page.splitlines())))


@in_japanese()
def calendar_of(
    name: str, rows: Sequence[Row[Any]], kinds: Mapping[str, Kind], today: date
) -> bytes:
    """The planned days of some entries as an iCalendar file; of those that have ended, none."""
    last = until(today)
    days = [
        [] if row.closed_on else planned(openings_of(row), today, (last - today).days)
        for row in rows
    ]
    last = told_until(days, last)
    entries = [
        (_told(row, kinds, today), [one for one in those if one.day < last])
        for row, those in zip(rows, days, strict=True)
    ]
    words = render_template("prints/calendar.txt", until=last, name=name).strip().splitlines()
    uid = uuid5(NAMESPACE_URL, " ".join(sorted(str(row.id) for row in rows)))
    return calendars.write(words[0], "\n".join(words[1:]), uid, entries, now())


def _told(row: Row[Any], kinds: Mapping[str, Kind], today: date) -> Told:
    told, link = _cards.page(row, kinds, today), address(row)
    page = render_template("prints/event.txt", resource=told, address=link)
    summary, *lines = filter(None, (line.strip() for line in page.splitlines()))
    is_seen = row.lon is not None and not _cards.is_rough(row)
    return Told(
        id=row.id,
        summary=summary,
        description="\n".join(lines),
        location=row.address,
        url=link,
        category=kinds[row.kind].name,
        lonlat=(row.lon, row.lat) if is_seen else None,
        revision=row.revision,
    )
