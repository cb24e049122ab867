"""What the office could not take, or had changed meanwhile: she mends it on her telephone, and types nothing twice."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import merging, registry, second_step
from geo.edits import ResourceEdit
from geo.records import accounts, districts, resources
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.conftest import TOWN
from tests.walks.telephones import ALSO, ANOTHER, HERS, find_row, in_register, photo, sign_in
from tests.walks.walking import look

pytestmark = pytest.mark.walk

NAME = "おしゃべり日和"
EAST = corner_lonlat(35, 5)  # 浜の手圏域


def test_a_place_that_was_refused_is_put_anew_and_nothing_is_typed_twice(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    page.goto("/field/")
    sign_in(page, account("coordinator_2"))
    expect(page.locator(".field-row").first).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")  # the page is kept by now
    phone.context.set_offline(True)  # and no map taken along
    expect(page.locator("#network")).to_contain_text("電波がありません")
    add_an_entry(page)
    expect(page.get_by_role("link", name="送信箱（2件）")).to_be_visible()

    her_area_becomes(office, account("coordinator_2"), EAST)
    phone.context.set_offline(False)
    page.goto("/field/#/outbox")
    expect(page.get_by_text("場所が、あなたの担当の区域の外です。")).to_be_visible()
    look(page, "field-place-refused", also=ALSO)
    page.get_by_role("link", name="場所を直す").tap()
    expect(page.get_by_role("heading", name="場所を直す")).to_be_visible()
    expect(page.locator('[data-slot="outside"]')).to_contain_text("担当の区域の外")
    page.get_by_role("button", name="この場所で送る").tap()
    expect(page.get_by_role("alert").last).to_contain_text("このままでは送れません")
    phone.context.set_geolocation({"longitude": EAST[0], "latitude": EAST[1], "accuracy": 8})
    page.get_by_role("button", name="いまいる場所").tap()
    expect(page.locator('[data-slot="where"]')).to_contain_text("誤差 およそ8m")
    expect(page.locator('[data-slot="outside"]')).to_be_empty()
    look(page, "field-place-anew", also=ALSO)
    page.get_by_role("button", name="この場所で送る").tap()
    expect(page.get_by_text("すべて送りました")).to_be_visible()
    salon, _, values = in_register(office, NAME)
    assert (values["kind"], values["place_source"]["how"]) == ("salon", "gps")
    assert values["place"] == [round(degrees, 6) for degrees in EAST]
    assert values["openings"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    assert office.scalar(text("select count(*) from photo where resource = :r"), {"r": salon}) == 1
    assert office.scalar(text("select count(*) from resource where name = :n"), {"n": NAME}) == 1

    # residents do not see it yet, so it does not go along: of what she wrote herself the name stays
    phone.context.set_offline(True)
    page.goto("/field/#/near")
    row = find_row(page, NAME)
    expect(row).to_contain_text("この端末には残していません")
    row.get_by_role("link", name=NAME).tap()
    look(page, "field-own-entry", also=ALSO)
    office.execute(text("update resource set confirmed_on = null where id = :r"), {"r": salon})
    office.commit()
    page.get_by_role("button", name="変わりなし").tap()
    phone.context.set_offline(False)
    expect(page.get_by_text("変わりなしを送りました。")).to_be_visible()
    assert in_register(office, NAME)[2]["confirmed_on"] == today().isoformat()


def add_an_entry(page: Page) -> None:
    page.get_by_role("link", name="加える").tap()
    page.get_by_role("button", name="サロン・茶話会").tap()
    expect(page.locator('[data-slot="where"]')).to_contain_text("誤差 およそ12m")
    expect(page.locator('[data-slot="map_note"]')).to_contain_text("「この区域を持っていく」")
    expect(page.locator('[data-slot="known"]')).to_contain_text(HERS)
    expect(page.locator(".field-known-name").first).to_be_visible()
    look(page, "field-add-without-map", also=ALSO)
    page.get_by_role("button", name="次へ").tap()
    page.get_by_label("火", exact=True).tap()
    page.get_by_role("button", name="次へ").tap()
    page.get_by_label("名前", exact=True).fill(NAME)
    page.locator('[name="photo"]').set_input_files(photo())
    expect(page.get_by_alt_text("とった写真")).to_be_visible()
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", name="書きました")).to_be_visible()


def her_area_becomes(db: Session, account: dict[str, str], place: tuple[float, float]) -> None:
    """She was moved; her session goes on."""
    her = db.scalar(text("select id from account where email = :e"), {"e": account["email"]})
    own = districts.list_of_accounts(db, house(TOWN), accounts.list_areas(db, house(TOWN), her))[0]
    there = [row for row in districts.list_at(db, house(TOWN), *place) if row.level == own.level]
    accounts.save_areas(db, house(TOWN), her, [there[0].id])
    db.commit()


def test_an_entry_that_was_merged_meanwhile_is_asked_about_and_written_once(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    page.goto("/field/")
    sign_in(page, account("coordinator_2"))
    expect(page.locator(".field-row").first).to_be_visible()
    phone.context.set_offline(True)
    page.goto("/field/#/near")
    find_row(page, HERS).get_by_role("link", name=HERS).tap()
    page.get_by_role("link", name="直す").tap()
    page.get_by_label("料金").fill("無料")
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("送信待ち 1件")).to_be_visible()

    gone, stays = in_register(office, HERS)[0], in_register(office, ANOTHER)[0]
    merge(office, stays, gone, fee="300円")
    phone.context.set_offline(False)
    expect(page.get_by_text(f"「{ANOTHER}」にまとめられました")).to_be_visible()
    conflict = page.locator(".field-conflict")
    expect(conflict).to_contain_text("300円")
    look(page, "field-merged", also=ALSO)
    conflict.get_by_label("あなたの内容").check()
    page.get_by_role("button", name="選んだほうで送る").tap()
    expect(page.get_by_text("すべて送りました")).to_be_visible()
    page.get_by_text("さいきん送ったもの").tap()
    expect(page.get_by_text("まとめられた先の記録に書きました")).to_be_visible()
    assert in_register(office, ANOTHER)[2]["fee"] == "無料"
    times = office.scalar(
        text("select count(*) from resource_revision where changed ->> 'fee' = '無料'")
    )
    assert times == 1


def merge(db: Session, stays, gone, fee: str) -> None:
    _, revision, _ = in_register(db, ANOTHER)
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), stays, revision, {"fee": fee}))
    known = resources.load_values(db, house(TOWN), [stays, gone])
    seen = (known[stays][0], known[gone][0])
    wish = merging.Wish(uuid4(), stays, gone, seen, {"fee": "kept"}, "同じ会でした")
    merging.merge(db, house(TOWN), wish, datetime.now(UTC).date())
    db.commit()


def test_who_has_to_get_a_second_step_first_loses_nothing_and_goes_on(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    page.goto("/field/")
    sign_in(page, account("official"))
    page.goto("/field/#/near")
    expect(page.locator(".field-row").first).to_be_visible()
    second_step.ask_roles(office, house(), TOWN, ["official"])
    office.commit()
    page.get_by_role("button", name=re.compile("^変わりなし")).first.tap()
    expect(page.locator("#network")).to_contain_text("2段階の確認")
    page.get_by_role("link", name=re.compile("送信箱")).tap()
    look(page, "field-second-step", also=ALSO)
    page.get_by_role("link", name="2段階のログインを登録する").tap()
    expect(page.get_by_text("2段階のログインが必要です")).to_be_visible()
    second_step.ask_roles(office, house(), TOWN, [])  # as if she had it now
    office.commit()
    page.goto("/field/#/outbox")
    expect(page.get_by_text("すべて送りました")).to_be_visible()
