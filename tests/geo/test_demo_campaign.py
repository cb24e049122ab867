"""見本の確認のお願い: as it was left after the spring, the same each time, and once."""

import time
from collections import Counter
from datetime import date

from sqlalchemy.orm import Session

from geo import campaign as campaigns
from geo import demo, demo_campaign, heard
from geo.records import campaigns as records
from geo.records import suggestions
from geo.records.database import open_engine
from geo.scope import house
from tests.asking import KEY

TODAY = date(2026, 11, 30)


def test_twelve_wait_and_what_hosts_and_residents_said_lies_on_the_desk(mihon_databases):
    engine = open_engine(lambda: mihon_databases.application)
    scope = house(demo.MIHON)
    with engine.connect() as connection, connection.begin() as undone:
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            began = time.perf_counter()
            assert demo_campaign.load(db, KEY, TODAY) is True
            print(f"\nthe campaign of the demo: {time.perf_counter() - began:.2f} s")
            (campaign,) = records.list_all(db, scope)
            whole = campaigns.progress(db, scope, campaign).whole
            assert (whole.counts["waiting"], whole.counts["answered"]) == (12, 3)
            assert whole.total > 50
            said = Counter(row.Suggestion.origin for row in suggestions.list_open(db, scope))
            assert said == {"code": 3, "resident": 4}
            told = next(
                row.Suggestion for row in suggestions.list_open(db, scope) if row.Suggestion.seen_on
            )
            known = heard.heard(db, scope, told.resource, TODAY)
            assert (known.days, known.planned_days) == (2, 2)
            assert campaign.fiscal_year == 2026
            assert not campaigns.is_running(campaign, TODAY)
            assert demo_campaign.load(db, KEY, TODAY) is False
        undone.rollback()
    engine.dispose()
