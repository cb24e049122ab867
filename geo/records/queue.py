"""裏の仕事の列: jobs put into procrastinate's queue by the transaction that needs them (DATA 15)."""

import json
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


def save_job(db: Session, scope: Scope, task: str, args: dict[str, Any], key: str) -> None:
    """Ask for a job when the transaction ends; one of that key that waits already is enough. Two
    callers who could ask at once lock the row that the key is about first."""
    given = {"municipality": scope.municipality, **args}
    db.execute(_DEFER, {"task": task, "args": json.dumps(given), "key": f"{task}/{key}"})
