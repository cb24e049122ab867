"""列名: the column names of municipal lists, old and new, and what we call them.

自治体標準オープンデータセット (2023-), the 推奨データセット before it, lists whose header row
is RDF property addresses (越前市), and the plain names offices use. A column is known by its name
with widths and spaces evened out; what is not listed here is kept under its own name.
"""

import unicodedata
from collections.abc import Sequence

# Field -> column names, the most telling first. Only the first that occurs is the field; the
# others stay in ``other``. RDF addresses are written without http(s)://.
COLUMNS: dict[str, tuple[str, ...]] = {
    # 事業所番号 is no key: an office that offers three services has three rows with one number
    "key": ("ID", "共通ID", "NO", "No.", "管理番号"),
    "municipality": (
        *("全国地方公共団体コード", "都道府県コード又は市区町村コード", "市区町村コード"),
        "municipality",
    ),
    "category": (
        *("種別", "施設種別", "施設の種類", "施設分類", "種類", "カテゴリ", "分類"),
        *("医療機関の種類", "実施サービス", "サービス種別", "サービスの種類", "区分", "category"),
        # 越前市: category1 福祉, 2 介護福祉施設, 3 居宅介護支援事業; but for shelters 3 is 全災害
        *(f"code4fukui.github.io/rdf/#category{level}" for level in (3, 2, 1)),
        "schema.org/category",
    ),
    "name": (
        *("名称", "施設名", "施設名称", "介護サービス事業所名称", "事業所名称", "事業所名"),
        *("医療機関名称", "医療機関名", "イベント名", "店舗名", "店名", "団体名称", "活動名"),
        *("会の名前", "サロン名", "名前", "施設・場所名", "name", "facility", "schema.org/name"),
    ),
    "kana": (
        *("名称_カナ", "名称カナ", "名称(カナ)", "フリガナ", "ふりがな", "イベント名_カナ"),
        *("介護サービス事業所名称_カナ", "カナ", "kana"),
    ),
    "lon": ("経度", "lon", "lng", "longitude", "www.w3.org/2003/01/geo/wgs84_pos#long"),
    "lat": ("緯度", "lat", "latitude", "www.w3.org/2003/01/geo/wgs84_pos#lat"),
    "geo3x3": ("geo3x3",),
    "shape": ("the_geom", "geom", "wkb_geometry", "WKT"),  # a database's own export
    "phone": (*("電話番号", "連絡先電話番号", "電話", "TEL", "phone", "schema.org/telephone"),),
    "contact": ("連絡先", "連絡先名称", "問い合わせ先", "問合せ先", "お問い合わせ"),
    "url": ("URL", "ホームページ", "HP", "schema.org/url"),
    "description": (
        *("説明", "概要", "内容", "活動内容", "診療科目", "description"),
        "schema.org/description",
    ),
    "days": (
        *("利用可能曜日", "診療曜日", "開催曜日", "営業日", "曜日", "開催日", "活動日", "実施日"),
        *("日時", "開催日時", "活動日時", "schema.org/DayOfWeek"),
    ),
    "opens": ("開始時間", "診療開始時間", "利用開始時間", "開館時間", "開店時間", "時間"),
    "closes": ("終了時間", "診療終了時間", "利用終了時間", "閉館時間", "閉店時間"),
    "days_note": (
        *("利用可能日時特記事項", "利用可能曜日特記事項", "利用可能時間特記事項"),
        *("診療日時特記事項", "開始日時特記事項", "schema.org/scheduleTimezone"),
    ),
    "holidays": ("祝日", "schema.org/PublicHolidays"),
    "months": ("実施月", "開催月", "利用可能月"),
    "first_day": ("開始日", "開催開始日"),
    "last_day": ("終了日", "開催終了日"),
    "capacity": ("定員", "capacity"),
    "provider": (
        *("団体名", "実施主体", "運営主体", "提供主体", "法人の名称", "法人名", "主催者", "運営者"),
        *("管理", "管理者"),
    ),
    "eligibility": ("対象者", "利用対象者", "利用対象", "対象", "参加資格", "受入対象者"),
    "fee": ("料金", "利用料", "利用料金", "参加費", "費用", "料金(基本)"),
    "booking": ("予約", "申込方法", "参加申込方法", "申し込み"),
    "accepting": ("受付状況", "受付", "受け入れ", "受入状況", "空き状況", "空き"),
    "service_areas": (
        *("通常の事業の実施地域", "サービス提供地域", "提供地域", "提供区域", "配達区域"),
        *("配達地域", "サービス区域", "対象区域", "対応地域", "訪問区域", "送迎区域", "区域"),
    ),
    "shown": ("公開", "公開区分", "公開の範囲", "公開可否"),
    "landmark": ("目印", "近くの目印"),
    "confirmed_on_text": ("確認日", "最終確認日", "情報確認日", "点検日"),
    "note": ("備考", "schema.org/Comment"),
}

# The whole address in one cell ("連結標記" is a misprint that spread), else in parts.
ADDRESSES = (
    *("所在地_連結表記", "所在地_連結標記", "住所", "所在地", "開催場所", "会場"),
    *("address", "schema.org/address", "町名", "町丁目"),
)
ADDRESS_PARTS = ("所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下")
STREETS = ("schema.org/streetAddress",)  # 越前市 健康応援団: address is the city, this the rest
ROOMS = ("方書", "建物名等(方書)", "schema.org/Place")
# What else a person wants to know before she goes; told under its own name with the description.
DETAILS = (
    *("バリアフリー情報", "アクセス方法", "駐車場情報", "料金(詳細)", "時間外における対応"),
    *("場所名称", "設置位置", "サービス内容", "持ち物", "病床数"),
    *("schema.org/option", "schema.org/Service"),
)
# What comes before one goes, and what 実施状況調査 counts: field of the register -> column names, evened out
# (plain_name). Columns of COLUMNS keep their fields: 開始日 is the day an event begins, 運営主体 a name.
ASKED: dict[str, tuple[str, ...]] = {
    "pick_up": ("送迎", "送迎の有無", "送迎有無"),
    "parking": ("駐車場", "駐車場の有無", "駐車場有無"),
    "western_toilet": ("洋式トイレ", "トイレ(洋式)", "洋式トイレの有無", "トイレ"),
    "wheelchair": ("車いす", "車椅子", "車イス", "車いす対応", "車椅子対応", "車いす可"),
    "may_visit": ("見学", "見学の可否", "見学可否"),
    "seating": ("座り方", "いす・座敷", "いす", "椅子", "イス", "座席"),
    "entrance": ("入口の段差", "段差", "段差の有無", "入口"),
    "dementia_welcome": ("認知症の人の参加", "認知症のある方の参加", "認知症の方の参加"),
    "can_help": ("手伝える場面", "出番", "ボランティア募集"),
    "can_help_note": ("出番の内容", "手伝いの内容"),
    "participants": ("参加実人数", "参加者実人数", "参加者数", "参加人数", "実人数"),
    "participants_men": ("うち男性", "参加実人数(男)", "参加者数(男)", "男性"),
    "participants_women": ("うち女性", "参加実人数(女)", "参加者数(女)", "女性"),
    "participants_65_74": ("うち65~74歳", "うち65-74歳", "65~74歳", "前期高齢者"),
    "participants_75": ("うち75歳以上", "75歳以上", "後期高齢者"),
    "counted_on": ("参加者数の時点", "参加者を数えた日", "調査日"),
    "subsidised": ("市の補助", "町の補助", "補助", "補助金", "補助の有無", "補助金の有無"),
    "started_on": ("開始年月日", "活動開始日", "設立年月日", "発足年月日"),
    "paused_on": ("休止年月日", "休止日", "休止した日", "休止開始日"),
    "resumes_on": ("再開年月日", "再開日", "再開する日", "再開予定日"),
    "main_activity": ("主な内容", "おもな内容", "主な活動内容", "活動の種類"),
    "venue_type": ("会場の種類", "会場種別", "場所の種類"),
    "frequency": ("開催頻度", "開く頻度", "活動頻度", "頻度"),
    "provider_type": ("運営主体の種類", "実施主体の種類", "主催の種類", "主体の種類"),
    "host": ("世話人", "代表者", "代表者名", "世話人氏名"),
    "host_contact": ("世話人の連絡先", "世話人連絡先", "代表者連絡先", "代表者の連絡先"),
}
ASKED_IN_WORDS = ("バリアフリー情報", "駐車場情報")
# What the municipality or the address says already.
REDUNDANT = (
    *("都道府県名", "市区町村名", "地方公共団体名", "都道府県名及び市町村名", "NO"),
    *(
        "所在地_全国地方公共団体コード",
        *ADDRESS_PARTS,
        "code4fukui.github.io/rdf/#echizen_city_origin",
    ),
)
# 越前市 食事サービス: where it has 祝日, the area of the city is where meals are brought to; in its
# other lists it is where the office stands
SERVICE_AREAS_BESIDE = ("schema.org/PublicHolidays", "code4fukui.github.io/rdf/#echizen_city_area")

# Columns that only count rows: another edition numbers them anew, so they identify nothing.
RUNNING_NUMBERS = ("NO", "No", "No.", "番号")

RDF_MARK = "schema.org/"

# Datasets by columns that only they have, asked in this order.
_FORMS = (
    ("care_service", ("介護サービス事業所名称", "実施サービス")),
    ("medical", ("医療機関の種類", "診療曜日", "診療開始時間")),
    ("event", ("イベント名",)),
    # 避難所: 推奨データセット, and the Survey's own layers (国土地理院)
    ("shelter", ("災害種別_洪水", "想定収容人数", "崖崩れ、土石流及び地滑り")),
    ("shelter", ("指定緊急避難場所との住所同一", "指定避難所との住所同一")),
    ("aed", ("小児対応設備の有無",)),
    ("toilet", ("男性トイレ総数", "車椅子使用者用トイレ有無")),
)
# Other lists on the skeleton of 公共施設一覧: an AED list without 小児, 子育て施設
_NOT_FACILITIES = ("設置位置", "一時預かりの有無")
_FACILITIES = ("利用可能日時特記事項", "バリアフリー情報")


def plain_name(header: str) -> str:
    """A column name evened out: NFKC, no spaces or line ends, no http(s):// before an address."""
    even = "".join(unicodedata.normalize("NFKC", header).split())
    return even.removeprefix("https://").removeprefix("http://")


# Two of these together: a list of data sets, not of places
_CATALOGUE = (
    *("license", "schema.org/license", "download_from", "schema.org/downloadUrl", "csv"),
    *("attribution_url", "code4fukui.github.io/rdf/#attribution_url", "データセット名"),
)
CATALOGUE = "catalogue"


def recognise(headers: Sequence[str]) -> str:
    """The form of a list by its plain column names.

    public_facility, care_service, medical, event, shelter, aed, toilet, rdf (addresses of
    properties), catalogue (a list of data sets), or other: a list we can read whose kind must be
    said by a column or by the person who imports.
    """
    present = set(headers)
    if len(present.intersection(_CATALOGUE)) >= 2:
        return CATALOGUE
    if any(header.startswith(RDF_MARK) for header in headers):
        return "rdf"
    for form, marks in _FORMS:
        if present.intersection(marks):
            return form
    is_facilities = present.issuperset(_FACILITIES) and not present.intersection(_NOT_FACILITIES)
    return "public_facility" if is_facilities else "other"


def places(headers: Sequence[str]) -> dict[str, int]:
    """Field -> number of its column, for every field of COLUMNS that the list has.

    A name that occurs twice (越前市 AED: the place, then the machine) counts where it stands first.
    Names in Latin letters are compared without regard to case.
    """
    found = {field: places_of(names, headers) for field, names in COLUMNS.items()}
    first = {field: at[0] for field, at in found.items() if at}
    beside, areas = SERVICE_AREAS_BESIDE
    if "service_areas" not in first and beside in headers and areas in headers:
        first["service_areas"] = headers.index(areas)
    return first


def places_of(names: Sequence[str], headers: Sequence[str]) -> list[int]:
    """Numbers of the columns with these names, in the order of the names; absent ones left out."""
    first = {header.casefold(): at for at, header in reversed(list(enumerate(headers)))}
    return [first[name.casefold()] for name in names if name.casefold() in first]
