"""Every address × every role × own area, other area, other town: who gets in, printed and checked.

The table is the policy. A new view makes this test fail until its row is written down.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import url_for
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import registry, sign_in, stamps
from geo.edits import ResourceEdit
from geo.records import accounts
from geo.records.previews import Preview
from geo.records.visits import Visit
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from routes._guard import limiter
from routes._sessions import TOKEN
from tests.asking import suggest
from tests.conftest import FOREIGN, TOWN, open_session
from tests.routes.examples import QUESTIONS, known
from tests.routes.making import make_conflict, make_photo, make_plan, make_scenario

POLICY = Path(__file__).parent / "policy.txt"
ROLES = (
    "resident", "provider", "viewer", "prefecture", "coordinator_2", "coordinator_1",
    "support_centre", "official", "administrator", "all towns",
)  # fmt: skip
FORMS = {
    "resources.add": {"kind": "salon", "name": "新しい会", "kana": "あたらしいかい"},
    "resources.edit": {"base": "1", "fee": "50円"},
    "closings.close": {"base": "1", "closed_on": "2026-03-31", "closed_reason": "解散"},
    "closings.reopen": {"base": "1"},
    "accounts.sign_in": {"email": "x@example.jp", "password": "x"},
    "accounts.password": {"old": "x", "password": "x", "again": "x"},
    "accounts.add": {"email": "new@example.jp", "role": "viewer"},
    "accounts.change": {"role": "viewer", "is_active": "1"},
    "accounts.use_reset_link": {"password": "x", "again": "x"},
    "second_step.enter": {"code": "000000"},
    "second_step.begin": {"password": "x"},
    "second_step.confirm": {"code": "000000"},
    "second_step.codes": {"password": "x", "code": "000000"},
    "second_step.off": {"password": "x", "code": "000000"},
    "second_step.require": {"roles": "administrator"},
    "devices.rename": {"name": "訪問用"},
    "audit.export": {"format": "csv"},
    "merging.merge": {"kept_base": "1", "gone_base": "1"},
    "wiping.wipe": {"fields": "host", "typed": "茶の間"},
    "reach.find": {"from": "136.0170700,32.5163300"},
    "profiles.change": {"on_foot.metres_per_min": "70", "on_foot.source": "市の調査"},
    "conflicts.settle": {"base": "2", "take": "theirs"},
    "photos.change": {"has_faces": "no"},
    "visits.add": {"activity": "visit", "visited_on": "2026-11-01"},
    "visits.edit": {"base": "1", "activity": "visit", "visited_on": "2026-11-01"},
    "visits.postpone": {"next_on": "2099-01-01"},
    "report_layouts.edit": {
        "title": "月報",
        "count": "1",
        "heading_0": "日付",
        "of_0": "day",
        "form_0": "era",
    },
    "imports.decide": {"line": "m0", "choice": "keep"},
    "campaigns.open_new": {"kind": "salon", "answer_by": ""},
    "campaigns.returned": {"code": "", "answer": "still_running"},
    "confirmations.answer": {"answer": "still_running"},
    "confirmations.look_up": {"code": "not a code"},
    "suggestions.apply": {"base": "1"},
    "suggestions.settle": {"base": "1", "outcome": "declined", "reason": "電話で確かめた"},
    "telling.send": {"answer": "otherwise"},
    "telling.send_new": {"name": "新しい会"},
    "scenarios.begin": {"name": "案", "kind": "salon", "level": "municipality", "age": "75"},
    "scenarios.change": {"base": "1", "name": "案", "level": "municipality"},
    "scenarios.put_step": {"do": "add", "kind": "salon", "lon": "136.01", "lat": "32.51"},
    "scenarios.copy": {"name": "写し"},
    "suggestions.decline": {"reason": "電話で確かめた"},
}


@pytest.fixture
def places(app, db):
    """Values for addresses: in coordinator_2's area, in another area, in another town."""

    def resource(town, lonlat):
        id_ = uuid4()
        edits = {"kind": "salon", "name": "茶の間", "place": list(lonlat)}
        raw = {"id": uuid4(), "resource": id_, "base": None, "edits": edits}
        registry.apply(db, house(town), ResourceEdit.parse(raw))
        return id_

    def waiting_file(town, account):
        id_ = uuid4()
        row = {"dataset": "resources", "file_name": "a.csv", "sha256": "", "size": 1}
        row |= {"options": {}, "state": "unreadable", "finding": {}}
        db.add(Preview(id=id_, municipality=town, account=account, **row))
        db.flush()
        return id_

    def visit(town, account, resource):
        id_ = uuid4()
        row = {"visited_on": date(2026, 11, 1), "activity": "visit", "next_step": "電話"}
        db.add(Visit(id=id_, municipality=town, account=account, resource=resource, **row))
        db.flush()
        return id_

    official = next(row for row in accounts.list_all(db, house(TOWN)) if row.role == "official")
    key = str(app.secret_key).encode()
    own, other, town = known(db, key=key), known(db, key=key), known(db, FOREIGN, key)
    own["preview_id"] = other["preview_id"] = waiting_file(TOWN, official.id)
    own |= {"resource_id": resource(TOWN, corner_lonlat(5, 5)), "lonlat": corner_lonlat(5, 5)}
    own["other"] = resource(TOWN, corner_lonlat(5, 5))
    other["other"] = resource(TOWN, corner_lonlat(35, 5))
    town["other"] = resource(FOREIGN, (136.5, 32.5))
    other |= {"resource_id": resource(TOWN, corner_lonlat(35, 5)), "lonlat": corner_lonlat(35, 5)}
    own["visit_id"] = visit(TOWN, official.id, own["resource_id"])
    other["visit_id"] = visit(TOWN, official.id, other["resource_id"])
    stranger = sign_in.add(
        db,
        house(),
        email="s@example.jp",
        name="",
        role="viewer",
        municipality=FOREIGN,
        password=None,
    )
    intake = db.scalar(
        text(
            "insert into intake (id, municipality, dataset, target, file_name, sha256, rows, added,"
            " changed, unchanged, missing, refused, report) select gen_random_uuid(), :m, dataset,"
            " target, file_name, sha256, 0, 0, 0, 0, 0, 0, report from intake limit 1 returning id"
        ),
        {"m": FOREIGN},
    )
    town |= {
        "resource_id": resource(FOREIGN, (136.5, 32.5)),
        "lonlat": (136.5, 32.5),
        "account_id": stranger.id,
        "preview_id": waiting_file(FOREIGN, stranger.id),
        "intake_id": intake,
        "district_id": own["district_id"],
    }
    for place, code in ((own, TOWN), (other, TOWN), (town, FOREIGN)):
        place["photo_id"] = make_photo(db, house(code), place["resource_id"], is_public=True)
        scope = Scope(code, Role.OFFICIAL, account=official.id)
        place["conflict_id"] = make_conflict(db, scope, resource(code, place["lonlat"]))
    planner = Scope(TOWN, Role.OFFICIAL, account=official.id)
    for place in (own, other, town):
        place["scenario_id"] = make_scenario(db, planner)
    town["visit_id"] = visit(FOREIGN, stranger.id, town["resource_id"])
    for place, code in ((own, TOWN), (other, TOWN), (town, FOREIGN)):
        place["suggestion_id"] = suggest(db, code, place["resource_id"])
        place["plan_id"] = make_plan(db, code, str(place["kind"]))
        forms = {"telling.send": str(place["resource_id"]), "telling.send_new": f"new/{code}"}
        place["stamps"] = {
            door: stamps.draw(key, what, datetime.now(UTC) - timedelta(minutes=1))
            for door, what in forms.items()
        }
    db.commit()
    return own, other, town


@pytest.fixture
def cookies(app, db):
    """Role → the cookie of a device on which an account of 碁盤町 that has it is signed in."""
    sign_in.add(
        db,
        house(),
        email="all@example.jp",
        name="",
        role="administrator",
        municipality=None,
        password=None,
    )
    db.commit()
    found = {row.role: row.id for row in accounts.list_all(db, house(TOWN))}
    found["all towns"] = accounts.find_by_email(db, house(), "all@example.jp").id
    signed_in = {}
    for role, account in found.items():
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = open_session(db, account)
        signed_in[role] = client.get_cookie("engawa").value
    db.commit()
    return signed_in


@pytest.mark.soak
def test_who_gets_in_where(app, db, desk, places, cookies, capsys):
    """The whole table, printed."""
    lines = [line_of(app, db, desk, places, cookies, *door) for door in doors(app)]
    head = " " * 29 + "".join(f"{role[:14]:15}" for role in ROLES)
    table = "\n".join(line.rstrip() for line in [head, *lines]) + "\n"
    with capsys.disabled():
        print(f"\nEvery door, by role: own area/other area of the town/other town\n{table}")
    assert table == POLICY.read_text(encoding="utf-8")


def test_who_gets_in_at_home_and_how_far_a_coordinator_gets(app, db, desk, places, cookies):
    """Every door, asked where it is their own: by a resident, by one of those whom it is closed to and by one of
    those to whom it says the same; everywhere by who is limited to areas and let in. The first door of each set of roles is
    asked by all whom that set keeps out."""
    _head, *policy = POLICY.read_text(encoding="utf-8").splitlines()
    wrong, sets = [], Counter()
    for number, (line, door) in enumerate(zip(policy, doors(app), strict=True)):
        named = named_by(app, door[0])
        for role in asked_at_home(line, named, number, sets[named]):
            everywhere = role == "coordinator_2" and role in named
            about = places_of(places, door[0]) if everywhere else places[:1]
            told = cell_of(app, db, desk, *door, cookies.get(role), about)
            said = cells_of(line)[role]
            if told != (said if everywhere else said.split("/")[0]):
                wrong.append((line[:29].strip(), role, told, said))
        sets[named] += 1
    assert wrong == []


def test_who_is_not_let_in_by_a_door_is_refused_by_the_table(app):
    """For each role at each door: whoever its view does not name has no status but a refusal."""
    _head, *policy = POLICY.read_text(encoding="utf-8").splitlines()
    wrong = []
    for line, (rule, _method) in zip(policy, doors(app), strict=True):
        for role, said in cells_of(line).items():
            refusals = ("302", "401") if role == "resident" else ("403",)
            if role not in named_by(app, rule) and said not in refusals:
                wrong.append((line[:29].strip(), role, said))
    assert wrong == []


def asked_at_home(line, named, number, nth):
    """Roles: the coordinator; of those that are let in one for each answer, another from door to door; of those that
    are not the resident, and one of the others from door to door (all, at the first door of its set of roles)."""
    cells, by_answer = cells_of(line), {}
    for role in ROLES:
        kept_out = role if nth == 0 else "kept out"
        answer = cells[role].split("/")[0] if role in named else kept_out
        is_asked = role == "coordinator_2" or (role == "resident" and role not in named)
        by_answer.setdefault(role if is_asked else answer, []).append(role)
    return [roles[number % len(roles)] for roles in by_answer.values()]


def named_by(app, rule):
    """The roles that the view of a door lets in (``allow``), wherever."""
    roles = getattr(app.view_functions[rule.endpoint], "allowed_roles", frozenset(Role))
    return frozenset({*roles, *(["all towns"] if "administrator" in roles else [])})


def line_of(app, db, desk, places, cookies, rule, method):
    """A line of the table."""
    about = places_of(places, rule)
    cells = [cell_of(app, db, desk, rule, method, cookies.get(role), about) for role in ROLES]
    return f"{method:4} {rule.endpoint:24}" + "".join(f"{cell:15}" for cell in cells)


def cell_of(app, db, desk, rule, method, cookie, about):
    """What one reader is answered at each of these places; once, where it is always the same."""
    return short("/".join(str(ask(app, db, desk, rule, method, cookie, one)) for one in about))


def places_of(places, rule):
    """Where a door is asked: one without a place in its address is the same everywhere."""
    return places if rule.arguments or rule.endpoint == "accounts.add" else places[:1]


def cells_of(line):
    """Role → what a line of the policy says to it."""
    return {role: line[29 + 15 * i : 44 + 15 * i].strip() for i, role in enumerate(ROLES)}


def doors(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        for method in ("GET", "POST"):
            if method in rule.methods and rule.endpoint != "static":
                yield rule, method


def ask(app, db, desk, rule, method, cookie, values):
    """The status one reader gets at one address; whatever it wrote is undone."""
    limiter.reset()
    savepoint = db.connection().begin_nested()
    with Session(db.connection(), join_transaction_mode="create_savepoint") as desk.db:
        client = app.test_client()
        if cookie:
            client.set_cookie("engawa", cookie)
        with app.test_request_context():
            arguments = {name: values[name] for name in rule.arguments}
            arguments |= QUESTIONS.get(rule.endpoint, {})
            address = url_for(rule.endpoint, **arguments)
        status = client.open(address, method=method, data=form(rule.endpoint, values)).status_code
    savepoint.rollback()
    db.expire_all()
    return status


def form(endpoint, values):
    lon, lat = values["lonlat"]
    place = {"lon": str(lon), "lat": str(lat)} if endpoint == "resources.add" else {}
    if endpoint == "accounts.add":
        place = {"municipality": values["municipality"]}
    ids = {name: str(uuid4()) for name in ("draft", "resource", "id")}
    ids |= {"other": str(values["other"])}
    if endpoint in values["stamps"]:
        ids = {"stamp": values["stamps"][endpoint]}
    if endpoint.startswith("visits."):
        ids = {"id": str(uuid4())}
    return FORMS.get(endpoint, {}) | place | ids


def short(cell):
    first, *rest = cell.split("/")
    return first if all(status == first for status in rest) else cell


def test_the_policy_has_no_hole():
    """Whatever the table says: nothing of staff opens for residents, nothing of another town."""
    _head, *lines = POLICY.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 20
    staff = [
        line
        for line in lines
        if line[5:29]
        .strip()
        .startswith(
            (
                *("imports.", "previews.", "workbooks.", "mappings.", "profiles."),
                *("kinds.", "window.", "wordings."),
                *("resources.edit", "resources.add", "closings.", "revisions."),
                *("conflicts.", "photos.change", "photos.remove"),
                *("visits.", "reports.", "report_layouts.", "confirming."),
                *("twins.index", "twins.decide", "merging.", "wiping."),
                *("campaigns.", "suggestions.", "desk.", "scenarios.", "if_closed.", "where."),
            )
        )
    ]
    staff += [
        line
        for line in lines
        if line[5:29].strip()
        in ("accounts.index", "accounts.add", "accounts.change", "accounts.make_reset_link")
        or line[5:29].strip()
        in ("devices.of_account", "devices.end_of", "devices.end_all_of", "second_step.off_for")
        or line[5:29].strip() in ("second_step.require", "audit.index", "audit.export")
    ]
    for line in staff:
        cells = [
            cell.strip() for cell in (line[29 + 15 * i : 44 + 15 * i] for i in range(len(ROLES)))
        ]
        assert cells[0] == "302", f"residents are sent to the sign-in page: {line}"
        assert cells[1] == cells[3] == "403", line
        for cell in cells[4:9]:
            parts = cell.split("/")
            named = line[5:29].strip() not in (
                *("imports.index", "accounts.index", "accounts.add", "window.index"),
                "conflicts.index",
                *("audit.index", "audit.export"),
                "desk.home",
            )
            if named and len(parts) == 3:
                assert parts[2] in ("403", "404"), f"another town is closed: {line}"
    assert set(Role) >= {Role(role) for role in ROLES[:9]}
