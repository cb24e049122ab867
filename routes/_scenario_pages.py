"""The pages of a 検討案: the form of a new one, and the one on which its writer goes on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from geo import scenario_book, travel_profiles
from geo.addresses import Found, Several
from geo.errors import Invalid
from geo.locate import dictionaries, locate
from geo.reach_questions import STAFF_MINUTES
from geo.records import districts, municipalities
from geo.scenario_book import MOST_KINDS, Plan
from geo.scope import Scope
from routes import _gap_answers, _scenario_answers, _scenario_forms
from routes._errors import field_words
from routes._gap_answers import STEPS
from routes._lists import kinds_by_code, sources
from routes._request import reading, today


def located(db: Session, scope: Scope, address: str) -> list[dict[str, str]]:
    """The places that an address may mean: {name, place: "LON,LAT"}. Raises Invalid where none is known at all."""
    folder = dictionaries(current_app.extensions["settings"].var / "originals")
    answers = locate(db, scope, folder, [address])
    if not answers:
        raise Invalid(fields={"address": "no_gazetteer"})
    (answer,) = answers
    found = answer.candidates if isinstance(answer, Several) else (answer,)
    return [
        {"name": one.name, "place": f"{one.lonlat[0]:.7f},{one.lonlat[1]:.7f}"}
        for one in found
        if isinstance(one, Found)
    ]


def the_one(places: list[dict[str, str]]) -> str:
    """The place, where there is one. Raises Invalid."""
    if len(places) != 1:
        raise Invalid(fields={"address": "several_addresses" if places else "unknown_address"})
    return places[0]["place"]


def begin_form(
    db: Session, scope: Scope, typed: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    """The form of a new plan, as the query or what was typed has it; ``problems`` in codes."""
    kinds = kinds_by_code(db, scope)
    asked = _gap_answers.asked_of(db, scope)
    if typed:
        asked |= {name: typed.get(name, "")[:40] for name in scenario_book.WORDS}
        chosen = request.form.getlist("kind")
    else:
        chosen = [code for code in request.args.getlist("kind") if code in kinds][:MOST_KINDS]
    closing = request.values.get("close", "")
    return render_template(
        "scenarios/begin.html",
        municipality=municipalities.get(db, scope, scope.municipality or ""),
        id=typed.get("id") or str(uuid4()),
        name=typed.get("name", ""),
        asked=asked,
        chosen=chosen,
        kinds=[kind for kind in kinds.values() if not kind.hidden or kind.code in chosen],
        closing=_scenario_answers.named(db, scope, closing),
        problems=field_words(dict(problems)),
        **_choices(db, scope),
    )


def _choices(db: Session, scope: Scope) -> dict[str, Any]:
    """What the form of a question offers."""
    return {
        "level_names": {row.code: row.name for row in districts.list_levels(db, scope)},
        "minutes": [str(step) for step in STAFF_MINUTES],
        "used": travel_profiles.in_use(db, scope),
    }


def plan_page(
    scope: Scope,
    scenario_id: UUID,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    where: str = "",
    places: list[dict[str, str]] | None = None,
) -> str:
    """The page of a plan; ``typed`` and ``problems`` are of the form ``where``: step, about or copy."""
    db, municipality = reading(), scope.municipality or ""
    plan = scenario_book.read(db, scope, scenario_id, today())
    of = _scenario_answers.kinds_of(db, scope, plan.question.kinds)
    found, problems = None, dict(problems)
    try:
        found = _scenario_answers.answer(db, scope, plan)
    except Invalid as refused:
        problems |= field_words(refused.facts["fields"])  # type: ignore[arg-type]
    steps = _scenario_answers.steps_of(db, scope, plan, of, found.found if found else None)
    may_change = scenario_book.may_change(scope, plan.row)
    choices = _scenario_answers.choices(db, scope, of, plan)
    about = {
        "moved_url": url_for("scenarios.moved", municipality=municipality, scenario_id=plan.row.id),
        "steps": [step for step in steps if not step["gone"]],
        "places": {one["value"]: one["lonlat"] for one in choices if one["lonlat"]},
        "may_change": may_change,
    }
    return render_template(
        "scenarios/show.html",
        municipality=municipalities.get(db, scope, municipality),
        plan=plan.row,
        asked=plan.row.question,
        kinds=of,
        kind=_scenario_answers.kind_words(of),
        of=found.found.after.of[0] if found else None,
        answer=found,
        steps=steps,
        problems=problems,
        where=where,
        **_forms(plan, steps, typed, where),
        places=places or [],
        choices=choices,
        may_change=may_change,
        may_plan=scope.may_change_resources,
        may_reopen=scope.may_change_resources and plan.row.closed_at is not None,
        grades=STEPS,
        today=today(),
        sources=sources(db, scope, plan.question.level),
        page_data=_scenario_answers.page_data(db, scope, plan, found, about),
        **_choices(db, scope),
    )


def _forms(
    plan: Plan, steps: list[dict[str, Any]], typed: Mapping[str, str], where: str
) -> dict[str, Any]:
    """What the forms of a plan's page show: what was typed in the one ``where``; of a change else the one that the
    query names, else nothing."""
    named = next((step for step in steps if step["id"] == request.args.get("step")), None)
    usual = named["form"] if named else _scenario_forms.typed({})
    said = dict(plan.row.question, name=plan.row.name)
    return {
        "form": dict(typed) if where == "step" else usual,
        "about": said | (dict(typed) if where == "about" else {}),
        "copy_name": typed.get("name", "") if where == "copy" else "",
        "copy_id": str(uuid4()),
    }
