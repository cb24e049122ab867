"""人口の取り込み: who lives where, from a table of areas, a survey, or the squares of a census."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo.ages import BANDS, EVERYBODY, at_least
from geo.errors import Invalid, Unreadable
from geo.intake.areas import LEVELS
from geo.intake.names import Names, without_block
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.intake.residents import TOWN, count_residents
from geo.intake.squares import INVENTED, check_order, take_squares
from geo.records import districts, population
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.records.municipalities import Municipality
from geo.records.population import Figure, Line
from geo.scope import Scope
from geo.sources import population as population_files
from geo.sources.delivery import Refused
from geo.sources.estat_mesh import MeshFile
from geo.sources.model_town import LICENCE, PUBLISHER
from geo.sources.population_labels import HOUSEHOLDS
from geo.sources.population_sums import AreaCount
from geo.sources.population_tables import PopulationTable
from geo.words import town_key

PUBLISHED = ("standard", "rdf")  # forms of open data: everybody may see them (MEANING 5)
SURVEY = "survey"
NO_AREA_MATCHES = "no_area_matches"
LOOKED_FOR = 200  # our choice: unknown names for which the nearest is looked for, which takes time
# What a table calls its areas → the level meant: there 東 is 東地区, too. A table that does not say
# speaks of 地区; everywhere else only the whole name counts.
_MEANT = {
    **dict.fromkeys(("小学校区", "学区", "学区名", "校区", "校区名"), "elementary"),
    "中学校区": "junior_high",
    **dict.fromkeys(
        ("圏域", "圏域名", "生活圏域", "日常生活圏域", "日常生活圏域名"), "living_area"
    ),
}
# Levels a survey's sample holds for, beside those that a municipality calls by a code of its own
TOO_FINE = (TOWN, "chiku", "elementary")


def run_population(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    *,
    name: str = "",
    level: str = "",
    as_of: date | None = None,
    public: bool | None = None,
    older: bool = False,
) -> Intake:
    """Read people into the scope's municipality, in place of the last edition of the same series.

    level   of the areas a table names, where the names alone do not decide
    as_of   the day people were counted, where the file does not say or has several days
    public  whether anonymous readers see it; None: as usual for its form
    older   take it although what is there is newer

    Areas are joined by name; those nobody is called by are kept under their name and reported.
    Raises Unreadable, Invalid.
    """
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "population")
    file = population_files.read(delivery.path, place.name, place.code, as_of)
    if isinstance(file, MeshFile):
        return take_squares(db, scope, delivery, file, place, as_of=as_of, older=older)
    if public and file.form == SURVEY:
        raise Invalid(fields={"public": "survey_not_public"})
    is_public = file.form in PUBLISHED if public is None else public
    report = _report(file, place, is_public)
    joined = _Joined(db, scope, level, file)
    lines = joined.lines(file, report)
    series = f"{file.form}/{joined.level or '-'}/{_told(lines)}"
    before = population.find_source(db, scope, series) or joined.before(db, scope, series, lines)
    check_order(before, file.edition.day, older=older)
    run = begin(db, scope, delivery, "population", series)
    known = population.list_lines(db, scope, before.id) if before else []
    _count(run, report, known, lines)
    values = {
        **{"series": series, "kind": SURVEY if file.form == SURVEY else "table"},
        **{"form": file.form, "level": joined.level, "title": file.title or _title(file, delivery)},
        **{"as_of": file.edition.day, "as_of_unit": file.edition.unit},
        **{name: report.source[name] for name in ("publisher", "licence")},
        **{"public": is_public, "side_m": None},
    }
    moved = _save(db, scope, before, values, run, lines if known != lines else None)
    return finish(db, scope, run, report, "population" if moved else None)


def _save(
    db: Session,
    scope: Scope,
    before: population.PopulationSource | None,
    values: dict[str, Any],
    run: Intake,
    lines: Sequence[Line] | None,
) -> bool:
    """Write what differs of a source, its lines (None: the same as before); whether anything did."""
    own = before.id if before else uuid4()
    moved = before is None or any(getattr(before, key) != value for key, value in values.items())
    if lines is None and not moved:
        return False
    population.save_source(db, scope, {"id": own, **values, "intake": run.id})
    if lines is not None:
        population.save_lines(db, scope, own, lines)
    count_residents(db, scope)
    return True


def _title(file: PopulationTable, delivery: Delivery) -> str:
    """What a table without a title is called: by its file, but for forms that have a name."""
    return "" if file.form in ("standard", SURVEY) else delivery.name


def _publisher(place: Municipality, office: str) -> tuple[str, str]:
    """Who publishes a table, and under what terms: the office it names, of the municipality."""
    if place.code.startswith(INVENTED):
        return PUBLISHER, LICENCE
    return f"{place.name} {office}".strip(), ""


def _report(file: PopulationTable, place: Municipality, is_public: bool) -> Report:
    publisher, licence = _publisher(place, file.office)
    said = source(
        layer=f"population:{file.form}",
        edition=str(file.edition.day or ""),
        encoding=file.encoding,
        publisher=publisher,
        licence=licence,
    )
    hidden = "survey_for_staff" if file.form == SURVEY else "staff_only"
    report = Report(said, [*file.assumptions, *([] if is_public else [hidden])])
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    _say_remarks(report, file.remarks)
    return report


def _say_remarks(report: Report, remarks: Iterable[Refused]) -> None:
    """What is odd about rows that were taken."""
    for remark in remarks:
        report.say(remark.row, "", remark.reason, refused=False, detail=remark.detail)


class _Joined:
    """The areas a table names: the level whose names it uses most, and the ids of those.

    Where none is known and the file does not say whose it is, its total is nobody's.
    """

    def __init__(self, db: Session, scope: Scope, asked: str, file: PopulationTable) -> None:
        self.names = {
            level.code: Names(
                districts.list_at_level(db, scope, level.code), is_town=level.code == TOWN
            )
            for level in districts.list_levels(db, scope)
        }
        self.meant = asked or _MEANT.get(file.named_by, "chiku")
        self.listed = population.list_towns(db, scope)
        self.parted = {without_block(key) for key in self.listed} - self.listed.keys()
        if asked and asked not in (*self.names, *LEVELS):
            raise Invalid(fields={"level": "unknown_choice"})
        self.level = asked or self._best([area.name for area in file.areas])
        wider = [line.name for line in file.wider]
        self.level_of_wider = self._best(wider, but=self.level) if wider else None
        if file.form == SURVEY and self.level in TOO_FINE:
            raise Unreadable(reason="survey_too_fine", found=self.level)
        self.unknown = 0
        self.knows_nobody = bool(file.areas) and not self.level
        self.is_own = bool(asked or self.level or file.is_own or file.is_whole)

    def lines(self, file: PopulationTable, report: Report) -> list[Line]:
        """The table's lines as they are kept; whom no area is called by is reported."""
        if self.knows_nobody:
            report.assumptions.append(NO_AREA_MATCHES)
        whole = self.names.get("municipality")
        own = [ids[0] for ids in whole.by_key.values()] if whole and self.is_own else []
        found = [_line(file.total, own[0] if own else None, is_total=True)] if file.total else []
        taken: set[tuple[UUID | None, str]] = set()
        for level, areas in ((self.level_of_wider, file.wider), (self.level, file.areas)):
            for area in areas:
                district, remark = self._find(level, area.name)
                # a town under two 地区 has two lines; the same area under two spellings has one too many
                place = (district, area.within if level == TOWN else "")
                if district and place in taken:
                    district, remark = None, "area_named_twice"
                taken.add(place)
                if remark:
                    detail = self._nearest(level, area.name) if remark == "unknown_area" else ""
                    report.say(area.row, area.name, remark, refused=False, detail=detail)
                found.append(_line(area, district, is_town=level == TOWN))
        if self.level and self.level in self.names:
            self._say_who_is_left(found, report)
        return found

    def before(
        self, db: Session, scope: Scope, series: str, lines: Sequence[Line]
    ) -> population.PopulationSource | None:
        """The same table, read when none of its areas was known yet."""
        form, _, told = series.split("/")
        found = population.find_source(db, scope, f"{form}/-/{told}")
        if found is None:
            return None
        names = {line.name for line in population.list_lines(db, scope, found.id)}
        return found if names & {line.name for line in lines if not line.is_total} else None

    def _best(self, names: Sequence[str], but: str | None = None) -> str | None:
        """The level that knows most of the names; of equals the one usual tables are about."""
        usual = [TOWN, "chiku", "living_area", *LEVELS]
        scores = {
            level: sum(self._knows(level, name) for name in names)
            for level in dict.fromkeys((*usual, *self.names))
            if level != but and (level in self.names or level == TOWN)
        }
        best = max(scores, key=lambda level: scores[level], default=None)
        return best if best and scores[best] else None

    def _knows(self, level: str, name: str) -> bool:
        if level == TOWN and town_key(name) in self.listed.keys() | self.parted:
            return True
        loosely = level in (self.meant, TOWN)
        return level in self.names and bool(self.names[level].find(name, loosely=loosely)[0])

    def _find(self, level: str | None, name: str) -> tuple[UUID | None, str]:
        """The one area called so, and a remark where there is none or there are several."""
        ids: list[UUID] = []
        remark = ""
        if level in self.names:
            ids, remark = self.names[level].find(name, loosely=level in (self.meant, TOWN))
        if len(ids) == 1:
            return ids[0], ""
        if ids:
            return None, "people_of_several" if remark == "several_towns" else "people_of_blocks"
        if level == TOWN and town_key(name) in self.listed:
            return None, ""
        if level == TOWN and town_key(name) in self.parted:
            return None, "people_of_blocks"
        return None, "unknown_area"

    def _nearest(self, level: str | None, name: str) -> str:
        self.unknown += 1
        if self.unknown > LOOKED_FOR:
            return ""
        if level in self.names:
            return self.names[level].nearest(name)
        close = difflib.get_close_matches(town_key(name), self.listed, n=1) if level == TOWN else []
        return self.listed[close[0]] if close else ""

    def _say_who_is_left(self, lines: Sequence[Line], report: Report) -> None:
        """Areas of the level that the table does not have: of them nothing is known."""
        told = {line.district for line in lines}
        keys = {line.town_key for line in lines}
        names = self.names[self.level or ""]
        for key, ids in names.by_key.items():
            is_told = key in keys or any(one in told for one in ids)
            if not is_told and not any(key.startswith(one) for one in keys if one):
                report.say(0, names.names[key], "area_without_people", refused=False)


def _line(
    area: AreaCount, district: UUID | None, *, is_town: bool = False, is_total: bool = False
) -> Line:
    ages = area.ages()
    people = ages.get(EVERYBODY)
    over_65, over_75, over_85 = (at_least(ages, band) for band in BANDS)
    return Line(
        district=district,
        name=area.name,
        within=area.within,
        town_key=town_key(area.name) if is_town else "",
        is_total=is_total,
        counts=(at_least(ages, 0) if people is None else people, over_65, over_75, over_85),
        households=area.ages(HOUSEHOLDS).get(EVERYBODY),
        figures=tuple(
            Figure(measure, sex, ages[0], ages[1], number)
            for (measure, sex, ages), number in area.counts.items()
        ),
    )


def _told(lines: Sequence[Line]) -> str:
    """What a table tells, the same in every edition: the bands it has, sexes, people living alone."""
    bands = [
        f"{band}+" for at, band in enumerate((0, *BANDS)) if any(line.counts[at] for line in lines)
    ]
    figures = {(one.measure, one.sex) for line in lines for one in line.figures}
    sexes = ["sex"] if any(sex != "both" for _, sex in figures) else []
    return ",".join([*bands, *sexes, *sorted({m for m, _ in figures} - {"people", "households"})])


def _count(run: Intake, report: Report, known: Sequence[Line], lines: Sequence[Line]) -> None:
    """What became of each line, told by its name."""
    before = {(line.is_total, line.within, line.name): line for line in known}
    now = {(line.is_total, line.within, line.name): line for line in lines}
    run.added = sum(key not in before for key in now)
    run.unchanged = sum(before.get(key) == line for key, line in now.items())
    run.changed = len(now) - run.added - run.unchanged
    report.missing = [line.name for key, line in before.items() if key not in now]
