"""裏の仕事の列: jobs put into procrastinate's queue by the transaction that needs them (DATA 15)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.scope import Scope

# Without procrastinate's own ``lock``: a worker that was killed would hold it for ever.
_DEFER = text("""
    select procrastinate_defer_jobs_v1(array[row(
        'default', :task, 0, null, :key, cast(:args as jsonb), null::timestamptz
    )]::procrastinate_job_to_defer_v1[])
    where not exists (
        select from procrastinate_jobs where queueing_lock = :key and status = 'todo')
""")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the queue has it. status: todo, doing, failed …; since: when it came to that."""

    status: str
    since: datetime


def find_job(db: Session, _scope: Scope, task: str, key: str) -> Job | None:
    """The last job of a key; None where there is none, or it is done (then it is not kept)."""
    row = db.execute(
        text("""
            select j.status::text, max(e.at) from procrastinate_jobs j
            join procrastinate_events e on e.job_id = j.id
            where j.queueing_lock = :key group by j.id order by j.id desc limit 1
        """),
        {"key": f"{task}/{key}"},
    ).first()
    return None if row is None or row[0] == "succeeded" else Job(row[0], row[1])


def count_waiting(db: Session, scope: Scope, task: str) -> int:
    """How many jobs of a task wait for a worker, of the scope's municipality or of all."""
    found = db.scalar(
        text("""
            select count(*) from procrastinate_jobs where task_name = :task and status = 'todo'
            and (cast(:municipality as text) is null or args->>'municipality' = :municipality)
        """),
        {"task": task, "municipality": scope.municipality},
    )
    return found or 0


def save_job(db: Session, scope: Scope, task: str, args: dict[str, Any], key: str) -> None:
    """Ask for a job when the transaction ends; one of that key that waits already is enough. Two
    callers who could ask at once lock the row that the key is about first."""
    given = {"municipality": scope.municipality, **args}
    db.execute(_DEFER, {"task": task, "args": json.dumps(given), "key": f"{task}/{key}"})
