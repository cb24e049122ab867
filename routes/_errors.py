"""From what went wrong to what the reader sees: the only Japanese words for errors and reasons."""

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException

from geo.errors import (
    BackupRefused,
    Conflict,
    GeoError,
    Invalid,
    LinkEnded,
    NotAllowed,
    NotFound,
    TooManyCodes,
    TooManyTries,
    Unreadable,
    WrongCode,
    WrongSignIn,
)
from routes import _log
from routes._guard import FILE_DOORS
from routes._reasons import REASON_WORDS
from routes._request import DATABASE_AWAY, NOT_TEXT, PROGRAMS

# error -> status, what happened, what to do next
WORDS: dict[type[GeoError], tuple[int, str, str]] = {
    NotFound: (
        404,
        "お探しのものは見つかりませんでした。",
        "アドレスが変わったか、公開されなくなったのかもしれません。地図からお探しください。",
    ),
    NotAllowed: (
        403,
        "この操作はできません。",
        "担当の区域の外か、役割に含まれない操作です。必要なときは管理者にご相談ください。",
    ),
    Invalid: (
        422,
        "入力を確かめてください。",
        "赤い印のついた欄を直して、もう一度送ってください。",
    ),
    Conflict: (
        409,
        "ほかの方が先に同じ項目を書き換えています。",
        "いまの内容を確かめてから、もう一度書き換えてください。入力された内容は下にあります。",
    ),
    BackupRefused: (
        409,
        "控えの書き出しやもどしは、行いませんでした。",
        "何も変更していません。",
    ),
    Unreadable: (
        422,
        "ファイルを読みとれませんでした。",
        "何も変更していません。ファイルを確かめて、もう一度取り込んでください。",
    ),
    WrongSignIn: (
        401,
        "メールアドレスかパスワードが違います。",
        "何度か違うと、しばらくログインできなくなります。お忘れのときは管理者にご連絡ください。",
    ),
    WrongCode: (
        401,
        "確認コードが違うか、もう使われています。",
        "アプリに新しい6けたの数字が出るのを待って、入力してください。紙に控えた予備のコードも使えます。",
    ),
    TooManyTries: (
        429,
        "ログインの失敗が続いたため、しばらくお待ちください。",
        "15分ほどおいて、もう一度お試しください。",
    ),
    TooManyCodes: (
        429,
        "違う番号が続いたため、しばらく受けつけられません。",
        "1時間ほどおいて、もう一度お試しください。お急ぎのときは、紙に書いてある窓口へお電話ください。",
    ),
    LinkEnded: (
        410,
        "このリンクはもう使えません。",
        "一度使われたか、期限（24時間）が過ぎています。管理者に新しいリンクをお求めください。",
    ),
}

# status of the web itself -> what happened, what to do next
STATUS_WORDS = {
    400: ("送られた内容を読みとれませんでした。", "前の画面に戻って、もう一度お試しください。"),
    403: WORDS[NotAllowed][1:],
    404: WORDS[NotFound][1:],
    405: ("この操作はできません。", "前の画面に戻って、もう一度お試しください。"),
    413: ("送られた内容が大きすぎます。", "内容を小さくして、もう一度お試しください。"),
    429: ("アクセスが集中しています。", "1分ほどおいて、もう一度お試しください。"),
    500: (
        "申しわけありません。うまく動きませんでした。",
        "しばらくしてもう一度お試しください。続くときは、下の受付番号を管理者にお知らせください。",
    ),
    503: (
        "ただいま、つながりにくくなっています。",
        "送られた内容は、保存されていないことがあります。少しおいて、この画面を再読み込みしてください。"
        "同じ内容がもう一度届いても、二重にはなりません。",
    ),
}

# codes of single fields (Invalid.facts["fields"])
FIELD_WORDS = {
    "required": "入力してください。",
    "nothing_chosen": "ひとつ以上えらんでください。",
    "no_file": "ファイルを選んでください。",
    "too_many_chosen": "一度に数えられる種別は40までです。",
    "too_many_waiting": "確認の途中のファイルがたくさんあります。取り込むか、やめるかしてから送ってください。",
    "empty": "変更がありません。",
    "incomplete": "送られた内容が足りません。画面を開き直してください。",
    "used_elsewhere": "この下書きは、すでに別の内容で送られています。",
    "exists": "同じ番号のものがすでにあります。",
    "too_long": "長すぎます。短くしてください。",
    "merged": "ほかの記録にまとめられています。まとめた先の記録を開いてください。",
    "same_entry": "同じ記録がふたつ選ばれています。別の記録を選んでください。",
    "not_its_name": "この記録の名前と違います。いまの名前をそのまま書いてください。",
    "not_a_number": "数字で入力してください。",
    "not_a_date": "日付を「2026-11-20」や「令和8年11月20日」の形で入力してください。",
    "nothing_before": "はじめの登録なので、この前の内容はありません。",
    "not_after_pause": "「休止した日」よりあとの日を書いてください。いつから休んでいるかも要ります。",
    "day_to_come": "きょうまでの日付を入力してください。終わりを記録したものは、その場で地図と一覧から消えます。",
    "has_ended": "この資源は、もう終わった記録になっています。ふたたび開いてから確認してください。",
    "has_phone": "電話番号（や郵便番号）は書かないでください。連絡先は、地域資源の「世話人の連絡先」に書きます。",
    "has_mail": "メールアドレスは書かないでください。",
    "has_block": "番地は書かないでください。町の名前や、集会所などの名前で書いてください。",
    "visit_to_come": "きょうまでの日付を入力してください。これからのことは「次の一手」に書きます。",
    "day_gone": "きょうから先の日付を入力してください。",
    "not_a_time": "時刻を「10:00」の形で入力してください。",
    "not_a_rule": "開く日のくり返しを読みとれません。",
    "no_opening_to_leave_out": "休みの日は、くり返し開く日があるときに書けます。先に「曜日・日」を入力してください。",
    "name_taken": "同じ名前の種別が、もうあります。",
    "icon_taken": "この文字は、ほかの種別の印です。別の1文字にしてください。",
    "one_character": "漢字・かな・英数字の1文字で入力してください。",
    "source_of_new_number": "数字を変えたときは、その数字のもとにしたものを書いてください。",
    "kind_in_use": "この種別で登録された資源があるので、消せません。「これからは選べない」にしてください。",
    "not_a_consent": "掲載の同意は「紙：載せてよい（だれに聞いたか、令和8年4月2日）」の形で、1行にひとつ書いてください。",
    "out_of_range": "範囲の外の数字です。",
    "not_1_to_19": "平面直角座標系の系番号は1から19です。",
    "not_1_to_60": "1から60までの分を、数字で入力してください。",
    "not_10_to_300": "1分に10から300メートルまでの数字で入力してください。",
    "not_10_to_500": "1分に10から500メートルまでの数字で入力してください。",
    "not_1_to_30": "1から30までのパーセントを、数字で入力してください。",
    "longer_than_200": "200文字までで入力してください。",
    "longer_than_500": "500文字までで入力してください。",
    "say_what_changed": "変わったところを、どれかひとつでも書いてください。",
    "too_many_answers": "この番号からのお知らせは、もう5通届いています。窓口で確かめるまでお待ちください。",
    "mail_in_words": "メールアドレスは書かないでください。連絡先を伝えたいときは、窓口へお電話ください。",
    "phone_in_words": "電話番号は書かないでください。連絡先を伝えたいときは、窓口へお電話ください。",
    "site_in_words": "ホームページのアドレスは書かないでください。",
    "form_broken": "画面が古くなっていました。書いた内容は残っています。もう一度押してください。",
    "form_too_new": "機械が送ったものと区別できませんでした。お手数ですが、もう一度押してください。",
    "form_too_old": "長い間開いたままの画面でした。書いた内容は残っています。もう一度押してください。",
    "leave_empty": "何も書かない欄に文字が入っていたので、消しました。もう一度押してください。",
    "told_already": "この画面からのお知らせは、もう届いています。別のことも教えてくださるときは、もう一度押してください。",
    "too_many_from_here": "続けてたくさん届いたので、しばらく受けつけられません。1時間ほどおいてお試しください。お急ぎのときは窓口へお電話ください。",
    "too_many_from_here_today": "きょうはお知らせがたくさん届いているので、同じところからは、これ以上受けつけていません。あしたお試しください。お急ぎのときは窓口へお電話ください。",
    "too_many_about_it": "同じお知らせが、もうたくさん届いています。職員が確かめるまでお待ちください。",
    "too_many_today": "きょうはお知らせがたくさん届いています。あしたお試しください。お急ぎのときは窓口へお電話ください。",
    "ended_already": "これは、もう終わった記録になっています。",
    "day_not_yet": "きょうまでの日を入れてください。",
    "day_long_gone": "90日より前の日です。日付を確かめてください。",
    "not_corrected_yet": "お知らせが届いてから、台帳の内容はまだ変わっていません。先に内容を直してください。直すところがなければ「変わりなし」にしてください。",
    "not_this_year": "きょうから、今年度の終わり（3月31日）までの日を入力してください。",
    "runs_already": "今年度の確認のお願いは、もう始まっています。",
    "not_a_code": "番号のどこかの文字が違うようです。紙と見くらべてください。",
    "not_of_this_campaign": "このお願いの番号ではありません。前の年度の紙かもしれません。",
    "entry_outside_areas": "あなたの担当の区域の外の資源です。",
    "nothing_to_ask": "えらんだ種別と区域には、公開している地域資源がありません。",
    "not_lon_lat": "「136.19,35.95」のように、経度,緯度の順に数字で入力してください。",
    "swapped_axes": "緯度と経度が入れかわっています。経度,緯度の順に入力してください。",
    "not_public_minutes": "5、10、15、20、30分から選んでください。",
    "not_by_distance": "この種別は、来てくれる地域や担当で決まります。歩く時間では表せません。",
    "all_paused": "この種別で登録されているものは、いまどれも休止中です。",
    "no_place": "地図にのせられる場所の登録が、まだありません。",
    "no_place_on_streets": "登録された場所の近くに通れる道がないので、わかりません。",
    "has_closed": "もう開いていません。",
    "beyond_an_hour": "地図にある道では、歩いて60分以内に着きません。バスや車、送り迎えについては、連絡先にたずねてください。",
    "no_gazetteer": "この市町村の住所の一覧が、まだ取り込まれていません。地図を押して場所を決めてください。",
    "unknown_address": "この住所は見つかりませんでした。町の名前だけでもさがせます。地図を押して決めることもできます。",
    "several_addresses": "同じ名前の場所がいくつかあります。下からえらんでください。",
    "no_candidates": "候補の場所がひとつもありません。種別をえらぶか、一覧を送ってください。",
    "too_many_candidates": "候補が2,000か所をこえています。種別をへらすか、一覧を分けてください。",
    "not_a_candidate": "候補にない名前が入っています。候補の名前をそのまま、1行にひとつ書いてください。",
    "must_and_never": "同じ場所が「かならず入れる」と「使わない」の両方に入っています。",
    "too_many_handbooks": "いま、ほかの手引きをたくさん作っています。1分ほどおいて、もう一度お試しください。",
    "too_many_entries": "この区域は登録が多すぎて、ひとつの手引きにできません。もっと小さな区域をえらんでください。",
    "too_many_selected": "一度に予定表にできるのは、30件までです。",
    "too_many_must": "「かならず入れる」場所が、えらぶ数より多くなっています。",
    "least_too_many": "区域ごとの数をみたせません。えらぶ数をふやすか、候補のない区域があるので、区域ごとの数をへらしてください。",
    "too_little_share": "候補を全部えらんでも、この人数に届かない区域があります。人数をへらすか、候補をふやしてください。",
    "impossible": "この数の場所では、区域の条件をみたす選び方がないか、時間内に見つかりませんでした。",
    "too_many_plans": "順番を待っている計算がたくさんあります。終わるのを待つか、やめてから頼んでください。",
    "not_1_to_30_places": "1から30までの数字で入力してください。",
    "not_0_to_5": "0から5までの数字で入力してください。",
    "not_0_to_100": "0から100までの数字で入力してください。",
    "ages_unknown": "この年齢の人が何人いるかは、取り込んだ資料のどこにもありません（0人という意味ではありません）。「全部の年齢」で数えるか、年齢別の人口を取り込んでください。",
    "no_people": "この市町村の人口のデータが、まだありません（flask import population で取り込めます）。",
    "no_streets": "この市町村の道のデータが、まだありません（flask import streets で取り込めます）。",
    "not_a_square": "250mの四角の番号ではありません。住所からお探しください。",
    "no_position": "この端末が今いる場所を、読みとれませんでした。住所や町の名前を入れてください。",
    "outside": "ここは、この市町村の外です。",
    "outside_streets": "道のデータがある範囲の外なので、わかりません。",
    "no_street_near": "200メートル以内に通れる道がないので、わかりません。",
    "street_apart": "ここの道は、ほかの道につながっていないので、わかりません。",
    "not_a_url": "https:// か http:// で始まるアドレスを入力してください。",
    "not_an_email": "メールアドレスの形で入力してください。",
    "email_taken": "このメールアドレスは、すでに使われています。",
    "unknown_choice": "一覧の中から選んでください。",
    "unknown_field": "扱えない項目です。",
    "not_a_mapping": "対応表（JSONのオブジェクト）として読めません。",
    "not_text": "文字で入力してください。",
    "unknown_municipality": "市町村コードが一覧にありません。新しい市町村のときは --name で名前を添えてください。",
    "unreadable": "読みとれません。",
    "bad_character": "使えない文字が入っています。",
    "changed_just_now": "ちょうど今、ほかの人が直しました。もう一度送ってください。",
    "outside_areas": "あなたの担当の区域の中の場所を、緯度と経度で入力してください。",
    "outside_japan": "日本の外の座標です。緯度と経度を確かめてください。",
    "password_too_short": "12文字以上にしてください。",
    "password_too_long": "128文字以内にしてください。",
    "password_common": "よく使われている、または推測されやすいパスワードです。別のものにしてください。",
    "wrong_password": "いまのパスワードが違います。",
    "not_the_same": "2回の入力が同じではありません。",
    "survey_not_public": "ニーズ調査は公開できません。",
    "settled_already": "この食い違いは、もう決められています。",
    "not_a_photo": "写真として読みとれません。JPEG・PNG・WebPの写真を送ってください。",
    "too_many_pixels": "写真が大きすぎます。小さくしてから送ってください。",
    "has_faces": "公開できるのは、人の顔が写っていないと確かめた写真だけです。",
    "too_many_steps": "ひとつの案に入れられる変更は、100までです。",
    "too_many_kinds": "種別は8つまでにしてください。",
    "has_halts": "止まる場所がいくつもあるもの（移動販売など）は、この画面では移せません。",
    "other_kinds": "種別の違う案は、いっしょにはくらべられません。",
    "own_account": "自分の役割は変えられません。別の管理者に頼んでください。",
}


def register(app: Flask) -> None:
    """Show every error as a page or as JSON, in words, and never how the house is built."""
    app.register_error_handler(GeoError, show)
    app.register_error_handler(HTTPException, show_status)
    for away in DATABASE_AWAY:
        app.register_error_handler(away, show_away)
    app.register_error_handler(NOT_TEXT, lambda _error: show_status(BadRequest()))
    app.register_error_handler(Exception, show_unforeseen)


def show(error: GeoError) -> tuple[str | Response, int]:
    """An error that geo raised on purpose."""
    status, words, hint = WORDS[type(error)]
    if isinstance(error, Unreadable):
        words = f"{words}{reason_words(str(error.facts.get('reason')))}"
    return _page(status, words, hint, code=error.code, **_facts(error))


def show_status(error: HTTPException) -> tuple[str | Response, int] | Response:
    """An error of the web itself: an unknown address, a form without its token, too much."""
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.response
    words, hint = STATUS_WORDS.get(status, STATUS_WORDS[400 if status < 500 else 500])
    if status == 413 and request.endpoint in FILE_DOORS:
        advice = (
            "小さくしてから"
            if request.endpoint in PROGRAMS
            else "分けるか、要らないシートや列を除いてから"
        )
        hint = f"ファイルは{FILE_DOORS[request.endpoint]}MBまでです。{advice}、もう一度送ってください。"
    if isinstance(error, CSRFError):
        hint = "長い間開いたままの画面だったようです。画面を開き直して、もう一度お試しください。"
    return _page(status, words, hint, code=error.name.lower().replace(" ", "_"))


def show_away(error: Exception) -> tuple[str | Response, int]:
    """The database is away, restarting, or chose this writer to give way in a deadlock."""
    _log.write("database_away", error=type(getattr(error, "orig", error)).__name__)
    return _page(503, *STATUS_WORDS[503], code="database_away")


def show_unforeseen(error: Exception) -> tuple[str | Response, int]:
    """What nobody foresaw: kept in the log with its trace, shown with a number to read out."""
    _log.LOG.error("unforeseen %s", _log.request_id(), exc_info=error)
    return _page(500, *STATUS_WORDS[500], code="unforeseen")


def field_words(fields: dict[str, str]) -> dict[str, str]:
    """Field → words for its problem."""
    return {
        field: FIELD_WORDS.get(code, FIELD_WORDS["unreadable"]) for field, code in fields.items()
    }


def reason_words(reason: str) -> str:
    """Words for a reason code of a quality report; what follows its = is said behind them."""
    code, _, value = reason.partition("=")
    words = REASON_WORDS.get(code) or FIELD_WORDS.get(code, FIELD_WORDS["unreadable"])
    return f"{words}（{value}）" if value else words


def wants_json() -> bool:
    """Whether the caller is a program."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if request.endpoint in PROGRAMS:
        return True
    return best == "application/json" or request.path.startswith("/api/")


def _facts(error: GeoError) -> dict[str, object]:
    facts = dict(error.facts)
    if isinstance(error, Invalid):
        facts["problems"] = field_words(facts.get("fields", {}))  # type: ignore[arg-type]
    return facts


def _page(status: int, words: str, hint: str, **facts: object) -> tuple[str | Response, int]:
    if request.path.startswith(("/static/", "/tiles/")):
        return "", status
    if wants_json():
        response = jsonify(message=words, hint=hint, request=_log.request_id(), **facts)
    else:
        response = Response(
            render_template(
                "errors/error.html",
                status=status,
                words=words,
                hint=hint,
                problems=facts.get("problems", {}),
                request_id=_log.request_id(),
            )
        )
    if status in (429, 503):
        response.headers["Retry-After"] = "60" if status == 429 else "5"
    return response, status
