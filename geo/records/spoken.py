"""言われたこと: free words about entries in visits, captions and what others said; found, and taken out for 抹消."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.scope import Scope

WORDS = ("place", "note", "next_step", "next_by", "promised")  # of a visit, as wipe_words has them

_VISITS_VALUES = text("""
    select 'visit' as thing, v.id, v.visited_on as "on", coalesce(r.name, '') as about, w.name as by,
           v.resource is not null and v.resource = any(cast(:resources as uuid[])) as is_own,
           v.removed_at is not null as is_removed,
           jsonb_strip_nulls(jsonb_build_object(
               'place', nullif(v.place, ''), 'note', nullif(v.note, ''),
               'next_step', nullif(v.next_step, ''), 'next_by', nullif(v.next_by, ''),
               'promised', nullif(v.promised, ''))) as words
    from visit v join account w on w.id = v.account left join resource r on r.id = v.resource,
         lateral (select concat_ws(' ', v.place, v.note, v.next_step, v.next_by, v.promised)) s(said)
    where v.municipality = :municipality and btrim(said) <> ''
      and (v.resource = any(cast(:resources as uuid[])) or exists (
          select from unnest(cast(:names as text[])) n where position(n in said) > 0))
    order by v.visited_on desc, v.at desc, v.id
""")
_PHOTOS_VALUES = text("""
    select 'photo' as thing, p.id, p.at::date as "on", r.name as about, coalesce(w.name, '') as by,
           p.resource = any(cast(:resources as uuid[])) as is_own,
           p.removed_at is not null as is_removed,
           jsonb_build_object('caption', p.caption) as words
    from photo p join resource r on r.id = p.resource left join account w on w.id = p.account
    where p.municipality = :municipality and p.caption <> ''
      and (p.resource = any(cast(:resources as uuid[])) or exists (
          select from unnest(cast(:names as text[])) n where position(n in p.caption) > 0))
    order by p.at desc, p.id
""")
_SUGGESTIONS_VALUES = text("""
    select 'suggestion' as thing, s.id, s.at::date as "on", coalesce(r.name, '') as about, '' as by,
           s.resource is not null and s.resource = any(cast(:resources as uuid[])) as is_own,
           false as is_removed,
           jsonb_strip_nulls(jsonb_build_object(
               'words', nullif(s.words, ''), 'reason', nullif(s.reason, ''))) as words
    from suggestion s left join resource r on r.id = s.resource
    where s.municipality = :municipality and s.words || s.reason <> ''
      and (s.resource = any(cast(:resources as uuid[])) or exists (
          select from unnest(cast(:names as text[])) n
          where position(n in s.words || ' ' || s.reason) > 0))
    order by s.number desc
""")
_WITHOUT_WORDS = (
    """update visit set place = '', note = '', next_step = '', next_by = '', promised = '',
              next_on = null, revision = revision + 1
       where municipality = :municipality and id = any(cast(:visits as uuid[]))""",
    """update photo set caption = ''
       where municipality = :municipality and id = any(cast(:photos as uuid[]))""",
    """update suggestion set words = '', reason = ''
       where municipality = :municipality and id = any(cast(:suggestions as uuid[]))""",
    """select wipe_words(:municipality, cast(:visits as uuid[]), cast(:photos as uuid[]),
                         cast(:suggestions as uuid[]), :account)""",
)
_WITHOUT_FIELDS = (
    """select wipe_conflicts(:municipality, cast(:resources as uuid[]), cast(:fields as text[]))""",
    """update suggestion set "values" = "values" - cast(:fields as text[])
       where municipality = :municipality and resource = any(cast(:resources as uuid[]))""",
)


def list_about(
    db: Session, scope: Scope, resources: Sequence[UUID], names: Sequence[str]
) -> list[Row[Any]]:
    """Free words about some entries, or in which one of ``names`` stands: ``thing`` (visit, photo,
    suggestion), ``id``, ``on``, ``about`` (an entry's name), ``by``, ``is_own`` (about these entries),
    ``is_removed``, ``words`` (part → text); visits, photos and suggestions, each the newest first."""
    given = {
        "municipality": scope.municipality,
        "resources": [str(id_) for id_ in resources],
        "names": list(names),
    }
    return [
        row
        for asked in (_VISITS_VALUES, _PHOTOS_VALUES, _SUGGESTIONS_VALUES)
        for row in db.execute(asked, given)
    ]


def save_without_words(
    db: Session,
    scope: Scope,
    *,
    visits: Sequence[UUID],
    photos: Sequence[UUID],
    suggestions: Sequence[UUID],
) -> None:
    """Take the free words out of these, and out of what the audit kept of them; who did so is written
    down. What is of another municipality is refused by the database."""
    given = {
        "municipality": scope.municipality,
        "account": scope.account,
        "visits": [str(id_) for id_ in visits],
        "photos": [str(id_) for id_ in photos],
        "suggestions": [str(id_) for id_ in suggestions],
    }
    for statement in reversed(_WITHOUT_WORDS):
        db.execute(text(statement), given)
    db.expire_all()


def save_without_fields(
    db: Session, scope: Scope, resources: Sequence[UUID], fields: Sequence[str]
) -> None:
    """Take wiped fields out of conflicts and suggestions about some entries."""
    given = {
        "municipality": scope.municipality,
        "resources": [str(id_) for id_ in resources],
        "fields": list(fields),
    }
    for statement in _WITHOUT_FIELDS:
        db.execute(text(statement), given)
    db.expire_all()
