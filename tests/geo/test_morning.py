"""朝の一覧: overdue first, places by how long nobody was there, areas without a visit."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import text

from geo import morning, visits
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from geo.visits import VisitEdit
from tests.routes.making import make

TODAY = date(2026, 11, 20)
HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def write(db, scope, **values):
    raw = {"id": str(uuid4()), "visited_on": "2026-11-01", "activity": "visit", **values}
    visits.record(db, scope, VisitEdit.parse(raw), TODAY)
    return raw["id"]


def test_steps_come_overdue_first_and_say_whose_and_to_whom(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    for day in ("2026-11-20", "", "2026-11-10", "2027-01-05", "2026-11-25"):
        write(
            db,
            scope,
            next_step=f"電話 {day or 'いつか'}",
            next_on=day,
            next_by="SC",
            promised="会長",
        )
    write(db, scope_of(Role.OFFICIAL), next_step="よその人のこと", next_on="2026-11-01")
    mine = morning.steps(db, scope, TODAY, scope.account)
    assert [(row["when"], row["days_over"]) for row in mine] == [
        ("overdue", 10),
        ("today", 0),
        ("soon", 0),
        ("later", 0),
        ("undated", 0),
    ]
    assert (mine[0]["promised"], mine[0]["next_by"]) == ("会長", "SC")


def test_places_of_her_areas_come_by_how_long_nobody_was_there(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    db.execute(text("update resource set closed_on = '2026-01-01' where municipality = '99001'"))
    never, old, new, far, shop = (
        make(db, name="まだ", place=list(HERS)),
        make(db, name="むかし", place=list(HERS)),
        make(db, name="さいきん", place=list(HERS)),
        make(db, name="区域の外", place=list(NOT_HERS)),
        make(db, name="店", kind="grocery", place=list(HERS)),
    )
    write(db, scope, resource=str(old), visited_on="2026-02-01")
    write(db, scope, resource=str(new), visited_on="2026-11-01")
    gone = visits.VisitEdit.parse(
        {
            "id": str(uuid4()),
            "visited_on": "2026-11-02",
            "activity": "visit",
            "resource": str(never),
        }
    )
    visits.record(db, scope, gone, TODAY)
    visits.remove(db, scope, gone.id, datetime.now(UTC))
    places, total = morning.unvisited(db, scope, TODAY)
    assert [row["name"] for row in places] == ["まだ", "むかし"]
    assert total == 2
    assert {far, shop}.isdisjoint(row["resource"] for row in places)
    everywhere, _ = morning.unvisited(db, scope_of(Role.OFFICIAL), TODAY)
    assert {row["name"] for row in everywhere} == {"まだ", "むかし", "区域の外"}


def test_a_visit_to_what_was_merged_counts_for_what_stays(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    gone, stays = make(db, place=list(HERS)), make(db, name="のこる", place=list(HERS))
    write(db, scope, resource=str(gone))
    db.execute(
        text("update resource set merged_into = :s, closed_on = '2026-11-02' where id = :g"),
        {"s": stays, "g": gone},
    )
    assert stays not in [row["resource"] for row in morning.unvisited(db, scope, TODAY)[0]]


def test_areas_without_a_visit_this_year_come_first(db, scope_of):
    scope, official = scope_of(Role.COORDINATOR_2), scope_of(Role.OFFICIAL)
    make(db, place=list(HERS))
    write(db, scope, resource=str(make(db, place=list(HERS))))
    write(db, scope, district=str(next(iter(scope.areas))), visited_on="2026-04-01")
    write(db, scope, district=str(next(iter(scope.areas))), visited_on="2026-03-31")  # last 年度
    level, areas = morning.blanks(db, official, TODAY)
    assert level == "日常生活圏域"
    assert [area["visits"] for area in areas] == sorted(area["visits"] for area in areas)
    assert (areas[0]["visits"], areas[0]["last_on"]) == (0, None)
    mine = areas[-1]
    assert (mine["visits"], mine["last_on"], mine["places_seen"]) == (2, date(2026, 11, 1), 1)
    assert mine["places"] >= 2
    assert [area["name"] for area in morning.blanks(db, scope, TODAY)[1]] == [mine["name"]]


def test_what_a_device_takes_along_is_plain(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    write(db, scope, next_step="鍵", next_on="2026-11-19", note="ここだけの話")
    told = json.dumps(visits.morning(db, scope, TODAY), ensure_ascii=False)
    assert "鍵" in told
    assert "ここだけの話" not in told
