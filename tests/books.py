"""Whether the books agree: what must be so of the tables at any moment, however a process ended."""

from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.edits import EMPTY, FIELDS
from geo.records import intakes, resources
from geo.scope import house
from geo.words import search_key

# What would be wrong -> the rows that are. Each question has an empty answer.
NEVER = {
    "revisions of a resource are not 1..n, or n is not what the resource says": """
        select r.id from resource r
        left join (select resource, count(*) n, min(revision) first, max(revision) last
                   from resource_revision group by resource) v on v.resource = r.id
        where (v.n, v.first, v.last) is distinct from (r.revision::bigint, 1, r.revision)""",
    "a draft without its revision, or with one of another resource or account": """
        select d.id from draft d left join resource_revision v on v.draft = d.id
        where (v.resource, v.municipality, v.account)
              is distinct from (d.resource, d.municipality, d.account)""",
    "an edit that the audit does not have": "{edits} except all {audited}",
    "an audit of an edit that is not there": "{audited} except all {edits}",
    "an intake whose audit is missing, twice or of other counts": """
        select i.id from intake i left join audit a
               on a.thing = 'intake' and a.thing_id = i.id::text and a.action = 'import'
        group by i.id having count(a.number) <> 1
               or bool_or((a.after->>'added')::int <> i.added
                          or (a.after->>'changed')::int <> i.changed)""",
    "an intake that did not write what it counts": """
        select i.id from intake i left join resource_revision v on v.intake = i.id
        where i.dataset = 'resources' group by i.id
        having (count(*) filter (where v.revision = 1), count(*) filter (where v.revision > 1))
               <> (i.added::bigint, i.changed::bigint)""",
    "an intake that brought a row and left no line of its source": """
        select v.resource from resource_revision v
        where v.intake is not null
              and not exists (select from source_row s where s.resource = v.resource)""",
    "openings, halts or service areas that are not numbered 1..n": """
        select resource from opening group by resource having count(*) <> max(position)
        union all
        select resource from service_area group by resource having count(*) <> max(position)
        union all
        select resource from stop group by resource having count(*) <> max(position)""",
    "a version that does not say how often the register was written": """
        select municipality, sum(n) from (
            select municipality, -value n from version where noun = 'resources'
            union all
            select municipality, count(*) from resource_revision where draft is not null group by 1
            union all
            select municipality, count(*) from intake
            where dataset = 'resources' and added + changed > 0 group by 1) counted
        group by municipality having sum(n) <> 0""",
    "a version that does not say how often the areas were written": """
        select municipality, sum(n) from (
            select municipality, -value n from version where noun = 'districts'
            union all
            select municipality, count(*) from intake
            where dataset = 'districts' and added + changed > 0 group by 1) counted
        group by municipality having sum(n) <> 0""",
}
EDITS = """
    select resource::text, account, case revision when 1 then 'add' else 'change' end, before, changed
    from resource_revision where draft is not null"""
AUDITED = "select thing_id, account, action, before, after from audit where thing = 'resource'"


def problems(db: Session, originals: Path | None = None) -> list[str]:
    """Everything that does not agree; [] when the books do."""
    found = []
    for wrong, question in NEVER.items():
        rows = db.execute(text(question.format(edits=EDITS, audited=AUDITED))).all()
        found += [f"{wrong}: {len(rows)}, the first {tuple(rows[0])}"] if rows else []
    if originals is not None:
        missing = [
            sum_ for sum_ in intakes.list_sha256(db, house()) if not (originals / sum_).exists()
        ]
        found += [f"an original that no longer lies there: {sum_}" for sum_ in missing]
    return found + list(_broken_histories(db))


def _broken_histories(db: Session) -> Any:
    """Resources whose revisions, played from the first to the last, do not end in what is there."""
    history: dict[Any, list[Any]] = {}
    for row in db.execute(
        text("select resource, before, changed from resource_revision order by resource, revision")
    ):
        history.setdefault(row.resource, []).append(row)
    kept = resources.load_values(db, house(), list(history))
    for resource, changes in history.items():
        values = dict(EMPTY)
        for number, change in enumerate(changes, start=1):
            before = {field: values[field] for field in change.before}
            if _plain(before) != _plain(change.before):
                yield f"{resource}: revision {number} did not begin where {number - 1} ended"
            values |= change.changed
        now = {field: kept[resource][1][field] for field in FIELDS}
        if _plain(values) != _plain(now):
            yield f"{resource}: its revisions do not end in what the register has"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Two ways of writing one provider are one provider."""
    return values | {"provider": search_key(values["provider"])} if "provider" in values else values
