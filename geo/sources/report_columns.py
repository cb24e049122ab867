"""報告の列: what a column of a report may be made of, what it is called, and by which headings a
municipality's own empty table is recognised.

No two of a report share a synonym. Read by geo/report_layouts.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from geo.words import search_key

ACTIVITY, GATHERINGS = "activity", "gatherings"
TITLES = {ACTIVITY: "生活支援コーディネーター活動月報", GATHERINGS: "通いの場 実施状況調査"}
UNIT, BETWEEN = "人", "・"
# How a value may be written: code -> words. The first is what nobody has to choose.
DAY_FORMS = {"era": "令和8年11月20日", "short": "11/20", "iso": "2026-11-20"}
MARK_FORMS = {"one": "1", "circle": "○"}
COUNT_FORMS = {"plain": "12", "unit": "12人"}


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """What a column is made of: its code, its usual heading, other headings, its width in signs, and
    the forms in which it may be written ({} where there is one)."""

    code: str
    heading: str
    synonyms: tuple[str, ...] = ()
    width: int = 14
    forms: tuple[tuple[str, str], ...] = ()


def _day(code: str, heading: str, *synonyms: str) -> ColumnOf:
    return ColumnOf(code, heading, synonyms, 16, tuple(DAY_FORMS.items()))


def _count(code: str, heading: str, *synonyms: str) -> ColumnOf:
    return ColumnOf(code, heading, synonyms, 9, tuple(COUNT_FORMS.items()))


def _mark(activity: str, heading: str, *synonyms: str) -> ColumnOf:
    return ColumnOf(f"mark_{activity}", heading, synonyms, 8, tuple(MARK_FORMS.items()))


_OF_ACTIVITY = (
    ColumnOf("number", "番号", ("No", "No.", "№", "連番", "通番"), 6),
    _day("day", "日付", "年月日", "月日", "日", "活動日", "実施日", "訪問日", "日時"),
    ColumnOf("weekday", "曜日", ("曜",), 6),
    ColumnOf("person", "担当者", ("氏名", "記入者", "報告者", "コーディネーター", "SC名"), 16),
    ColumnOf("activity", "活動区分", ("区分", "種別", "活動の種類", "業務区分", "分類"), 12),
    _mark("visit", "訪問", "個別訪問", "訪問件数"),
    _mark("meeting", "会議", "会議・打合せ", "協議体", "打合せ"),
    _mark("start_up", "立ち上げ支援", "立上げ支援", "立ち上げ", "創出支援"),
    _mark("linking", "つなぎ", "つなぎ・調整", "マッチング", "連絡調整"),
    _mark("publicity", "広報", "広報・啓発", "周知", "啓発"),
    _mark("training", "研修", "研修・視察", "研修会"),
    _mark("other", "その他", "その他の活動"),
    ColumnOf("where", "場所・相手先", ("場所", "活動場所", "訪問先", "相手先", "相手", "会場"), 26),
    ColumnOf("resource", "地域資源", ("資源名", "団体名", "地域資源名", "活動団体"), 26),
    ColumnOf("kind", "資源の種別", ("資源種別", "種類"), 18),
    ColumnOf("district", "地区", ("圏域", "担当地区", "地域", "区域"), 14),
    ColumnOf("note", "内容", ("活動内容", "実施内容", "記録", "概要", "内容・結果", "報告内容"), 46),
    _count("met", "会った人数", "人数", "参加者数", "参加人数", "対応人数", "出席者数"),
    ColumnOf("minutes", "時間（分）", ("所要時間", "活動時間", "時間", "所要時間（分）"), 9),
    ColumnOf("next_step", "次の一手", ("今後の対応", "今後の予定", "今後の方針", "課題・今後の対応", "次回対応"), 34),
    ColumnOf("next_by", "する人", ("対応者", "だれが"), 14),
    _day("next_on", "いつまでに", "期限", "予定日", "次回", "次回予定日"),
    ColumnOf("promised", "約束した相手", ("約束",), 16),
    ColumnOf("done", "できた", ("済", "完了", "対応済"), 8),
    ColumnOf("", "（空のまま。手で書く列）", ("備考", "確認印", "決裁", "印"), 16),
)  # fmt: skip
_OF_GATHERINGS = (
    ColumnOf("number", "番号", ("No", "No.", "№", "連番", "通番"), 6),
    ColumnOf("name", "名称", ("通いの場の名称", "団体名", "グループ名", "通いの場名"), 28),
    ColumnOf("kind", "種別", ("種類", "区分"), 18),
    ColumnOf("district", "地区", ("圏域", "日常生活圏域", "地域"), 14),
    ColumnOf("frequency", "開催頻度", ("頻度", "活動頻度", "実施頻度"), 14),
    ColumnOf("frequency_from", "頻度のもと", (), 16),
    ColumnOf("main_activity", "主な内容", ("活動内容", "主な活動内容", "内容", "主な活動"), 18),
    ColumnOf("provider", "運営主体", ("実施主体", "主体", "運営団体"), 22),
    ColumnOf("provider_type", "運営主体の種類", ("主体の種類", "運営主体の区分", "実施主体の区分"), 18),
    ColumnOf("address", "会場の住所", ("所在地", "住所", "会場所在地"), 28),
    ColumnOf("venue_type", "会場", ("開催場所", "場所", "会場の種類", "実施場所"), 18),
    ColumnOf("subsidised", "補助", ("補助の有無", "市の補助", "補助金", "助成の有無"), 10),
    _count("participants", "参加実人数", "参加者実人数", "参加者数", "実人数", "参加人数"),
    _count("participants_men", "うち男", "男", "男性", "うち男性"),
    _count("participants_women", "うち女", "女", "女性", "うち女性"),
    _count("participants_65_74", "うち65〜74歳", "65〜74歳", "65-74歳", "前期高齢者"),
    _count("participants_75", "うち75歳以上", "75歳以上", "後期高齢者"),
    _day("counted_on", "数えた日", "調査日", "基準日"),
    _day("started_on", "開始年月日", "開始日", "開始", "開始年月", "活動開始"),
    _day("paused_on", "休止年月日", "休止日", "休止"),
    _day("closed_on", "終了年月日", "終了日", "終了", "廃止"),
    _day("confirmed_on", "確認日", "最終確認日", "確認した日"),
    ColumnOf("", "（空のまま。手で書く列）", ("備考", "確認印", "決裁", "印"), 16),
)  # fmt: skip
COLUMNS: Mapping[str, tuple[ColumnOf, ...]] = {ACTIVITY: _OF_ACTIVITY, GATHERINGS: _OF_GATHERINGS}
_USUAL_ACTIVITY = (
    *("day", "weekday", "person", "activity", "where", "district", "note"),
    *("met", "minutes", "next_step", "next_by", "next_on", "done"),
)
# What a municipality has until it says otherwise, in order.
USUAL: Mapping[str, tuple[str, ...]] = {
    ACTIVITY: _USUAL_ACTIVITY,
    GATHERINGS: tuple(column.code for column in _OF_GATHERINGS if column.code),
}


def find(report: str, code: str) -> ColumnOf | None:
    """What a column of a report is made of, by its code; None for a code that it does not have."""
    return next((column for column in COLUMNS[report] if column.code == code), None)


def guess(report: str, heading: str) -> str:
    """The code that a municipality's heading means: a heading or a synonym in any spelling, else the
    longest that stands in it (「参加実人数（人）」); '' where nobody can tell."""
    key = search_key(heading)
    keys = {
        search_key(word): column.code
        for column in COLUMNS[report]
        for word in (column.heading, *column.synonyms)
        if column.code or word != column.heading
    }
    if key in keys:
        return keys[key]
    within = [word for word in keys if len(word) > 1 and word in key]
    return keys[max(within, key=len)] if within else ""
