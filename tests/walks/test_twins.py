"""市の職員: finds an entry that was written twice, makes it one, and two again; wipes what a host wants forgotten."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.walks.walking import look

pytestmark = pytest.mark.walk

HOST, PHONE = "田中みちこ", "0000-99-8765"


def write(app, **values):
    """An entry as somebody wrote it last year."""
    resource = uuid4()
    with Session(app.extensions["engine"]) as db:
        edits = {
            "kind": "salon",
            "place": list(corner_lonlat(12, 12)),
            "place_level": "building",
            **values,
        }
        raw = {"id": uuid4(), "resource": resource, "base": None, "edits": edits}
        registry.apply(db, house(TOWN), ResourceEdit.parse(raw))
        db.commit()
    return resource


def found(app, words):
    """Tables of the whole database in which these words stand."""
    with Session(app.extensions["engine"]) as db:
        tables = db.scalars(
            text(
                "select relname from pg_class where relnamespace = 'public'::regnamespace"
                " and relkind = 'r' and has_table_privilege(oid, 'select') order by 1"
            )
        ).all()
        asked = "select count(*) from {} t where t::text like :words"
        return [
            table
            for table in tables
            if db.scalar(text(asked.format(f'"{table}"')), {"words": f"%{words}%"})
        ]


def test_an_official_makes_one_of_two_and_two_again_and_wipes_what_a_host_asks(
    someone, account, own_house
):
    kept = write(
        own_house,
        name="かもめサロン",
        fee="100円",
        host=HOST,
        host_contact=PHONE,
        address="松葉二丁目1番1号",
    )
    gone = write(
        own_house, name="サロン カモメ", fee="200円", booking="電話で", address="松葉2-1-1"
    )
    official = someone()
    official.sign_in(account("official"))
    page: Page = official.page
    page.goto("/work/")
    page.get_by_role("link", name="似た記録").click()
    pair = page.locator(".twin-pair", has_text="かもめサロン")
    expect(pair).to_contain_text("似ている点")
    look(page, "twins-list")
    pair.get_by_role("link", name="同じもの：まとめる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ふたつの記録をまとめる")
    if page.locator(".merge-heads h2").first.inner_text() != "かもめサロン":
        page.get_by_role("link", name="「2」のほうを残す").click()
        expect(page.locator(".merge-heads h2").first).to_have_text("かもめサロン")
    page.get_by_role("group", name="料金").get_by_label("200円").check()
    look(page, "twins-merge")
    page.get_by_role("button", name="ひとつにまとめる").click()
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    expect(page.locator(".facts").first).to_contain_text("200円")

    page.goto(f"/resources/{gone}")
    expect(page).to_have_url(f"{official.address}/resources/{kept}")
    look(page, "twins-merged", also=r"\b[A-Z]{2}\d{4}\b")
    page.get_by_role("button", name="もとのふたつにもどす").click()
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    expect(page).to_have_url(f"{official.address}/resources/{gone}")
    page.goto(f"/resources/{kept}")
    expect(page.locator(".facts").first).to_contain_text("100円")

    assert {"resource", "resource_revision", "audit"} <= set(found(own_house, HOST))
    page.get_by_role("link", name="個人の情報を抹消する").click()
    look(page, "wipe")
    page.get_by_label("確かめのため").fill("ちがう名前")
    with official.refused(422):
        page.get_by_role("button", name="抹消する（もどせません）").click()
    look(page, "wipe-refused")
    page.get_by_label("確かめのため").fill("かもめサロン")
    page.get_by_role("button", name="抹消する（もどせません）").click()
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    expect(page.get_by_text("次の項目を抹消しました")).to_be_visible()
    assert found(own_house, HOST) == []
    assert found(own_house, PHONE) == []
    look(page, "wiped", also=r"\b[A-Z]{2}\d{4}\b")


def test_who_types_what_is_there_already_is_told_before_she_saves(someone, account, own_house):
    lon, lat = corner_lonlat(12, 12)
    write(own_house, name="かもめサロン", address="松葉二丁目1番1号")
    sakura = someone()
    sakura.sign_in(account("coordinator_2"))
    page: Page = sakura.page
    page.goto(f"/resources/add/{TOWN}")
    page.get_by_label("種別").select_option(label="介護予防：サロン・茶話会")
    page.get_by_label("緯度").fill(f"{lat:.6f}")
    page.get_by_label("経度").fill(f"{lon:.6f}")
    page.get_by_label("名前", exact=False).first.fill("カモメ サロン")
    told = page.locator("#alike")
    expect(told).to_be_visible()
    expect(told).to_contain_text("かもめサロン")
    expect(told).to_contain_text("場所がほぼ同じ")
    look(page, "alike-typing")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("まだ保存していません")
    look(page, "alike-asked")
    page.get_by_role("button", name="それでも加える").click()
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
