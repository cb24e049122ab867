"""Excelで直す: /imports/workbook, the register as a workbook to take along and to bring back."""

from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from geo import originals, previews, workbook
from geo.errors import Invalid, NotFound, Unreadable
from geo.intake.datasets import TABLE_MB
from geo.records import municipalities, shelf
from geo.records import previews as preview_records
from geo.records.intakes import WORKBOOK
from geo.records.shelf import Wanted
from geo.scope import Scope
from routes._errors import field_words
from routes._guard import SENDING, limiter
from routes._lists import kinds_by_code
from routes._request import JAPAN, now, own_scope, reading, scope_in, writing
from routes._roles import WRITERS, allow
from routes._sending import MOST_OPEN, file_words, receive, waiting_files

bp = Blueprint("workbooks", __name__, url_prefix="/imports/workbook")

ABOUT = (
    "この表は、えんがわの地域資源をExcelで直すためのものです。",
    "",
    "・1行が1つの地域資源です。直したいセルだけを書きかえて、「Excelで直す」の画面から送ってください。送ると、何がどう変わるかを先に見られます。",
    "・「ID」と「版」の列は、どの資源のいつの内容かを見分けるためのものです。変えないでください。",
    "・新しい資源は、下の空いた行に書きます（IDと版は空のまま）。種別と名前は必ず書いてください。",
    "・行を消しても、資源は消えません。終わったものは「終わった日」と「終わった理由」を書いてください。",
    "・列の順番は変えてもかまいません。列を消すと、その項目は変わりません。",
    "・日付は 2026-05-20 でも 令和8年5月20日 でも読めます。",
    "・開く日は「毎週火曜 10:00〜11:30」「第2・第4木曜 13:30〜（祝日は休み）」のように、1行に1つずつ書きます（セルの中の改行は Alt＋Enter）。",
    "・開く日を書きかえても、前から決まっている1日だけの休みや臨時の日は、そのまま残ります。直すには、資源の画面を使ってください。",
    "・停まる場所（移動販売など）、写真、場所の記録のしかたは、この表に入っていません。送り返しても、消えたり変わったりはしません。資源の画面で直してください。",
    "・ほかの人が同じ項目を先に直していたときは、両方の値が出ます。えらばなければ、台帳の値が残ります。",
    "・取り込んだあとは、続きを直す前に、新しい表を受け取ってください。",
    "・この表には、公開していない内容（職員のメモなど）が入っています。メールで外に送らないでください。",
)


@bp.get("/")
@allow(*WRITERS)
def index() -> str:
    """Take the workbook along, or bring it back."""
    return _index([])


@bp.get("/<municipality>.xlsx")
@allow(*WRITERS)
@limiter.limit(SENDING)
def download(municipality: str) -> Response:
    """The resources that the reader may edit, all or of one kind."""
    db, scope = reading(), _scope(municipality)
    place = municipalities.get(db, scope, municipality)
    kind = request.args.get("kind", "")
    ids = workbook.list_editable(db, scope, kind if kind in kinds_by_code(db, scope) else "")
    made = now().astimezone(JAPAN)
    about = (f"{place.name}　{made:%Y-%m-%d %H:%M} に受け取ったもの（{len(ids)}件）", "", *ABOUT)
    response = Response(workbook.write(db, scope, ids, about), mimetype=workbook.MIMETYPE)
    name = f"engawa-{municipality}-{made:%Y%m%d-%H%M}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/")
@allow(*WRITERS)
@limiter.limit(SENDING)
def send() -> str | Response | tuple[str, int]:
    """Keep an edited workbook in the waiting room, and let the worker compare it."""
    preview = uuid4()
    try:
        municipality = request.form.get("municipality") or current_user.municipality
        if not municipality:
            raise Invalid(fields={"municipality": "required"})
        scope = _scope(municipality)
        received = receive(request.files.get("file"), preview, TABLE_MB)
        with writing() as db:
            if len(preview_records.list_open(db, own_scope())) >= MOST_OPEN:
                raise Invalid(fields={"file": "too_many_waiting"})
            previews.open_preview(db, scope, WORKBOOK, {}, received)
    except Invalid as error:
        originals.give_up(waiting_files(), preview)
        words = field_words(error.facts["fields"])  # type: ignore[arg-type]
        return _index([{"name": name, "words": said} for name, said in words.items()]), 422
    except Unreadable as error:
        return _index([{"name": "file", "words": file_words(error)}]), 422
    return redirect(url_for("previews.show", preview_id=preview), 303)


def _index(problems: list[dict[str, str]]) -> str:
    db, home = reading(), own_scope()
    places = municipalities.list_all(db, home)
    registers = []
    for place in places:
        scope = scope_in(place.code)
        names = kinds_by_code(db, scope)
        counts = shelf.count_by_kind(db, scope, Wanted())
        registers.append(
            {
                "place": place,
                "count": len(workbook.list_editable(db, scope)),
                "kinds": [
                    {"code": code, "name": names[code].name, "count": counts[code]}
                    for code in names
                    if code in counts
                ],
            }
        )
    return render_template(
        "imports/workbook.html",
        registers=registers,
        open=[row for row in preview_records.list_open(db, home) if row.dataset == WORKBOOK],
        is_limited=home.areas is not None,
        limit_mb=TABLE_MB,
        problems=problems,
    )


def _scope(municipality: str) -> Scope:
    """The writer's scope at home. Raises NotFound in a foreign municipality."""
    scope = scope_in(municipality)
    if not scope.may_change_resources:
        raise NotFound(thing="municipality", id=municipality)
    municipalities.get(reading(), scope, municipality)
    return scope
