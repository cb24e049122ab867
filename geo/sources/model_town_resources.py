"""碁盤町の地域資源: what daily life needs in the invented town, at corners one can count to.

Every name, group and telephone number is invented (0000-00-… is assigned to nobody). What is
real is the manner: days such as 第2・第4火曜, a winter pause, a salon for one 町内 only, a list
where one date was never renewed and one seat has no address.
"""

from dataclasses import dataclass

SHAKYO = "碁盤町社会福祉協議会"
CENTRE = "碁盤町地域包括支援センター"


@dataclass(frozen=True, slots=True)
class TownResource:
    """One row of the list.

    x, y       corner, blocks east and north
    town       町字, "" where the list gives no address; block 番地以下
    days       利用可能曜日 as an office writes it; days_note its 特記事項
    confirmed  確認日 as written: ISO or 和暦
    """

    x: int
    y: int
    kind: str
    name: str
    kana: str
    town: str
    block: str
    days: str = ""
    opens: str = ""
    closes: str = ""
    days_note: str = ""
    description: str = ""
    provider: str = ""
    eligibility: str = "だれでも"
    months: str = ""
    fee: str = ""
    capacity: str = ""
    confirmed: str = "2026-05-20"
    note: str = ""
    has_phone: bool = True


RESOURCES = (
    TownResource(
        *(8, 28, "サロン", "茶話会 まつば", "サワカイ マツバ", "松葉一丁目", "7番3号"),
        *("第2・第4火曜", "10:00", "11:30"),
        description="お茶とおしゃべり。いすの席があります。",
        provider="松葉町内会",
        eligibility="松葉の町内の人",
        fee="100円",
        capacity="20",
    ),
    TownResource(
        *(30, 30, "サロン", "ふれあいサロン緑丘", "フレアイサロンミドリオカ"),
        *("緑丘三丁目", "1番4号"),
        *("木", "13:30", "15:00", "冬季休止（12月～3月）"),
        description="折り紙、歌、季節の行事。",
        provider="緑丘ボランティアの会",
        months="4月～11月",
        fee="200円",
        capacity="25",
    ),
    TownResource(
        *(12, 10, "サロン", "汐見お茶のみ会", "シオミオチャノミカイ", "汐見二丁目", "5番2号"),
        *("第1・第3月曜", "9:30", "11:30", "祝日は休み"),
        description="畳の部屋ですが、低いいすがあります。",
        provider="汐見老人クラブ",
        eligibility="65歳以上",
    ),
    TownResource(
        *(32, 8, "サロン", "浜風なかよしサロン", "ハマカゼナカヨシサロン", "浜風三丁目", "2番6号"),
        *("不定期", "13:00", "15:00", "日程は電話で確かめてください"),
        provider="浜風三丁目自治会",
        confirmed="2024-05-10",
    ),
    TownResource(
        *(10, 24, "通いの場（体操）", "松葉いきいき体操", "マツバイキイキタイソウ"),
        *("松葉二丁目", "1番9号"),
        *("火", "10:00", "11:00", "祝日は休み"),
        description="いすに座ってする体操。見学できます。",
        provider="松葉体操クラブ",
        eligibility="65歳以上",
        capacity="30",
    ),
    TownResource(
        *(26, 34, "通いの場（体操）", "緑丘ころばん体操", "ミドリオカコロバンタイソウ"),
        *("緑丘四丁目", "3番3号"),
        *("金", "10:00", "11:30", "7月・8月は休み"),
        provider="緑丘健康づくりの会",
        eligibility="65歳以上",
        months="9月～6月",
        capacity="15",
        note="現在、定員いっぱいです。",
    ),
    TownResource(
        *(6, 6, "通いの場（体操）", "汐見朝の体操会", "シオミアサノタイソウカイ"),
        *("汐見三丁目", "4番1号"),
        *("月・水・金", "6:30", "7:00", "雨の日は休み"),
        description="公園に集まるラジオ体操。申し込みはいりません。",
        has_phone=False,
    ),
    TownResource(
        *(20, 20, "通いの場（体操）", "中央公民館体操教室"),
        *("チュウオウコウミンカンタイソウキョウシツ", "松葉一丁目", "1番1号"),
        *("水", "13:30", "15:00", "年末年始は休み"),
        provider=SHAKYO,
        eligibility="65歳以上",
        fee="1回50円",
        capacity="40",
        confirmed="令和8年5月12日",
    ),
    TownResource(
        *(20, 28, "認知症カフェ", "オレンジカフェ松風", "オレンジカフェマツカゼ"),
        *("松葉三丁目", "6番2号"),
        *("第3土曜", "13:30", "15:30"),
        description="ご本人、ご家族、近所の方。専門職が1人います。",
        provider=CENTRE,
        fee="100円",
    ),
    TownResource(
        *(14, 22, "食料品店", "まるよし商店", "マルヨシショウテン", "松葉一丁目", "9番5号"),
        *("月火水木金土", "9:00", "18:30", "日曜・祝日は休み"),
        description="野菜、魚、日用品。電話で取り置きできます。",
    ),
    TownResource(
        *(28, 12, "食料品店", "スーパーはまかぜ", "スーパーハマカゼ", "浜風一丁目", "3番1号"),
        *("月火水木金土日", "9:00", "20:00", "1月1日から3日は休み"),
        description="配達あり（2,000円から、当日）。",
    ),
    TownResource(
        *(34, 36, "移動販売", "移動販売とくとく便 緑丘集会所前"),
        *("イドウハンバイトクトクビン ミドリオカシュウカイジョマエ", "緑丘四丁目", "8番2号"),
        *("火・金", "10:30", "10:50", "雪の日は中止。前後15分ずれることがあります"),
        provider="とくとく便",
    ),
    TownResource(
        *(4, 14, "移動販売", "移動販売とくとく便 汐見公園前"),
        *("イドウハンバイトクトクビン シオミコウエンマエ", "汐見一丁目", "2番1号"),
        *("火・金", "14:00", "14:20", "雪の日は中止。前後15分ずれることがあります"),
        provider="とくとく便",
    ),
    TownResource(
        *(16, 4, "買い物バス", "買い物バス 汐見二丁目乗り場"),
        *("カイモノバス シオミニチョウメノリバ", "汐見二丁目", "1番地先"),
        *("第2・第4月曜", "9:40", "9:50", "祝日は運休。前日までに予約"),
        provider=SHAKYO,
        eligibility="登録した75歳以上の人",
        capacity="8",
    ),
    TownResource(
        *(18, 20, "診療所", "碁盤町診療所", "ゴバンチョウシンリョウジョ", "松葉一丁目", "3番2号"),
        *("月火水木金土", "8:30", "17:00", "土曜は正午まで。日曜・祝日は休診"),
        description="内科・外科。往診の相談を受けます。",
        provider="碁盤町",
    ),
    TownResource(
        *(30, 16, "診療所", "はまかぜ歯科医院", "ハマカゼシカイイン", "浜風一丁目", "8番8号"),
        *("月火水金土", "9:00", "18:00", "木曜・日曜・祝日は休診"),
        description="歯科。入り口に段差はありません。",
    ),
    TownResource(
        *(18, 21, "薬局", "ごばん薬局", "ゴバンヤッキョク", "松葉一丁目", "3番6号"),
        *("月火水木金土", "9:00", "18:00", "日曜・祝日は休み"),
        description="薬の配達と飲み方の相談。",
    ),
    TownResource(
        *(20, 32, "薬局", "緑丘薬局", "ミドリオカヤッキョク", "緑丘二丁目", "1番1号"),
        *("月火水木金", "9:00", "18:30", "祝日は休み"),
    ),
    TownResource(
        *(24, 4, "配食", "配食サービスふくろう", "ハイショクサービスフクロウ"),
        *("浜風四丁目", "5番3号"),
        *("月・水・金", "16:00", "18:00", "祝日も届けます"),
        description="夕食の弁当を手渡しで届け、様子を見ます。汐見と浜風に届けます。",
        provider="ふくろうの会",
        eligibility="75歳以上のひとり暮らし・夫婦だけの世帯",
        fee="1食450円",
        capacity="35",
    ),
    TownResource(
        *(20, 18, "地域包括支援センター", "碁盤町地域包括支援センター"),
        *("ゴバンチョウチイキホウカツシエンセンター", "汐見一丁目", "1番4号"),
        *("月火水木金", "8:30", "17:15", "祝日・年末年始は休み"),
        description="介護や暮らしの相談。費用はかかりません。",
        provider="碁盤町",
    ),
    TownResource(
        *(20, 21, "公民館", "中央公民館", "チュウオウコウミンカン", "松葉一丁目", "1番2号"),
        *("火水木金土日", "9:00", "21:00", "月曜休館（祝日のときは翌日）"),
        provider="碁盤町",
        capacity="120",
    ),
    TownResource(
        *(31, 9, "公民館", "浜風公民館", "ハマカゼコウミンカン", "浜風三丁目", "4番1号"),
        *("火水木金土日", "9:00", "21:00", "月曜休館。年末年始は休み"),
        provider="碁盤町",
        capacity="60",
    ),
    TownResource(
        *(20, 10, "ひと休みイス", "ひと休みイス 汐見橋のたもと"),
        *("ヒトヤスミイス シオミバシノタモト", "汐見一丁目", "4番地先"),
        description="背もたれと手すりのあるいす。",
        provider=CENTRE,
        has_phone=False,
    ),
    TownResource(
        *(14, 23, "ひと休みイス", "ひと休みイス まるよし商店の角"),
        *("ヒトヤスミイス マルヨシショウテンノカド", "松葉一丁目", "9番地先"),
        provider="松葉町内会",
        has_phone=False,
    ),
    TownResource(
        *(27, 27, "ひと休みイス", "ひと休みイス 緑丘の坂の上"),
        *("ヒトヤスミイス ミドリオカノサカノウエ", "", ""),
        days_note="冬季（12月～3月）はかたづけます",
        months="4月～11月",
        provider="緑丘ボランティアの会",
        has_phone=False,
    ),
)
