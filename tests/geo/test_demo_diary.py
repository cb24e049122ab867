"""みほん市's diary: believable, the same each time, quick."""

import time
from collections import Counter
from datetime import date

from sqlalchemy.orm import Session

from geo import demo_diary, gathering_survey, private_words
from geo.openings import pause_of
from geo.records import shelf, visits
from geo.records.database import open_engine
from geo.records.shelf import Wanted
from geo.records.visits import Asked
from geo.scope import house
from geo.sources.mihon import CODE, diary

TODAY = date(2026, 11, 20)


def test_the_diary_is_drawn_the_same_each_time_and_names_nobody():
    assert list(diary.visits()) == list(diary.visits())
    words = " ".join(str(one.values) for one in diary.visits())
    assert private_words.refused(words) is None
    assert private_words.names(words) == []
    steps = [one.values for one in diary.visits() if "next_step" in one.values]
    told = {(one["note"], one["next_step"]) for one in steps}
    assert {step for note, step in told if "いすが足りず" in note} == {
        "いすを10脚借りられるか、公民館にたずねる"
    }
    assert not any("変わりなし" in note for note, _ in told)  # of which nothing follows
    mine = [one for one in diary.visits() if one.who == "kubo"]
    empty = [one for one in mine if "note" not in one.values]
    assert 0.35 <= len(empty) / len(mine) <= 0.65  # PRACTICE: half her visits empty


def test_the_city_has_a_diary_with_steps_open_and_overdue_and_its_gatherings_are_counted(
    mihon_databases,
):
    engine = open_engine(lambda: mihon_databases.application)
    with Session(engine) as db:
        began = time.perf_counter()
        written = demo_diary.load(db, TODAY)
        took_s = time.perf_counter() - began
        assert written == sum(count for count, _ in diary.PEOPLE.values())
        assert demo_diary.load(db, TODAY) == 0
        rows = visits.list_all(db, house(CODE), Asked())
        assert all(row.visited_on <= TODAY for row in rows)
        assert sum(row.resource is not None for row in rows) > len(rows) / 2
        steps = visits.list_all(db, house(CODE), Asked(open_steps=True))
        when = Counter("over" if row.next_on and row.next_on < TODAY else "open" for row in steps)
        assert when["over"] >= 3
        assert when["open"] >= 5
        survey = gathering_survey.make(db, house(CODE), 2026)
        known = survey.sums["participants"]
        assert 60 <= len(survey.rows) <= 80
        assert 0.6 < known.known / known.of < 1
        assert survey.per_100k is not None
        pauses = [pause_of(row) for row in shelf.list_open(db, house(CODE), Wanted())]
        pauses = [one for one in pauses if one]
        assert sorted((one.holds(TODAY), one.until is None) for one in pauses) == [
            *((False, False), (True, False), (True, True))
        ]
        print(f"diary of {written} visits and {known.known} counts in {took_s:.2f} s")
        db.rollback()
    engine.dispose()
