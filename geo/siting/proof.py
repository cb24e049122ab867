"""証明: the best choice of what is left, by HiGHS (branch and bound), or how far from it one is at most."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import highspy
import numpy as np
from highspy import HighsCallbackEvent, HighsModelStatus

from geo.siting.cover import Chosen, Floats, Rows, Wanted

# (value so far, limit so far), -inf and inf while nothing is known; may raise to stop
Told = Callable[[float, float], None]


_WHOLE = 1e-6  # of a place: the solver's own tolerance


@dataclass(frozen=True, slots=True)
class Proof:
    """What HiGHS found. chosen: None where it found nothing; bound: no choice is worth more (inf: it does not know);
    is_impossible: no choice is as wanted."""

    chosen: Chosen | None
    bound: float
    is_impossible: bool


def solve(
    rows: Rows, wanted: Wanted, known: Chosen | None, within_s: float, gap: float, told: Told
) -> Proof:
    """The choice that is worth most.

    known     a choice as wanted to begin with; None where there is none yet
    within_s  seconds after which it says what it has
    gap       how much (in weight) is no difference
    """
    began, columns = monotonic(), _columns(rows, wanted)
    model = _model(rows, wanted, columns)
    whole = model.integrality_
    model.integrality_ = []
    relaxed = _solver(within_s, gap)
    relaxed.passModel(model)
    _run(relaxed, told)
    first = _said_relaxed(relaxed, columns)
    left_s = within_s - (monotonic() - began)
    if first.chosen is not None or first.is_impossible or left_s <= 0:
        return first
    model.integrality_ = whole
    solver = _solver(left_s, gap)
    solver.passModel(model)
    if known is not None:
        solver.setSolution(_solution(rows, columns, known))
    _run(solver, told)
    found = _said(solver, columns)
    return replace(found, bound=min(found.bound, first.bound))


def _solver(within_s: float, gap: float) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in (
        *(("threads", 1), ("parallel", "off"), ("time_limit", within_s)),
        # what they find we have found (cover.py), and in them it neither hears nor looks at the clock: minutes of a
        # model of 1.5 million entries
        *(("presolve", "off"), ("mip_detect_symmetry", False)),
        *(("mip_rel_gap", 0.0), ("mip_abs_gap", gap), ("mip_feasibility_tolerance", 1e-7)),
    ):
        solver.setOptionValue(name, value)
    return solver


def _run(solver: highspy.Highs, told: Told) -> None:
    raised = _heard(solver, told)
    solver.run()
    if raised:
        raise raised[0]


def _said_relaxed(solver: highspy.Highs, columns: Chosen) -> Proof:
    """What the model says whose places may be chosen in part. Where it chooses none in part, that is the answer: so it
    is of nearly every question about a city (ReVelle 1993), in a hundredth of the time."""
    status = solver.getModelStatus()
    if status == HighsModelStatus.kInfeasible:
        return Proof(None, -np.inf, True)
    if status != HighsModelStatus.kOptimal:
        return Proof(None, np.inf, False)
    x = np.array(solver.getSolution().col_value[: len(columns)])
    limit = -float(solver.getInfo().objective_function_value)
    is_whole = bool((np.abs(x - np.rint(x)) < _WHOLE).all())
    return Proof(columns[x > 0.5] if is_whole else None, limit, False)


def _heard(solver: highspy.Highs, told: Told) -> list[BaseException]:
    """Let somebody hear how far it is, and stop it: what ``told`` raises ends the run and is kept in the list, for
    nothing may fly through the solver's own code."""
    raised: list[BaseException] = []

    def hear(event: HighsCallbackEvent, value: float, limit: float) -> None:
        if not raised:
            try:
                told(value, limit)
            except BaseException as stop:
                raised.append(stop)
        if raised:
            event.interrupt()

    def branching(event: HighsCallbackEvent) -> None:
        said = event.data_out
        hear(event, -said.mip_primal_bound, -said.mip_dual_bound)

    solver.cbMipInterrupt.subscribe(branching)
    solver.cbSimplexInterrupt.subscribe(lambda event: hear(event, -np.inf, np.inf))
    return raised


def _columns(rows: Rows, wanted: Wanted) -> Chosen:
    """Rows of the places that the model knows: those that cover something, and those that an area may need."""
    used = np.zeros(rows.places, np.bool_)
    used[rows.place] = True
    if (wanted.least_places > 0).any():
        used |= (wanted.area >= 0) & (wanted.least_places[np.maximum(wanted.area, 0)] > 0)
    used[list(wanted.must)] = True
    used[[place for place in wanted.never if place not in wanted.must]] = False
    return np.flatnonzero(used).astype(np.int32)


def _model(rows: Rows, wanted: Wanted, columns: Chosen) -> highspy.HighsLp:
    """minimise -weight of what is covered: x of each place (0 or 1), then y of each row (0 to 1)."""
    places, count = len(columns), len(rows)
    at = np.full(rows.places, -1, np.int64)
    at[columns] = np.arange(places)
    model = highspy.HighsLp()
    model.num_col_ = places + count
    model.col_cost_ = np.concatenate([np.zeros(places), -rows.weight])
    lower = np.zeros(places + count)
    lower[at[list(wanted.must)]] = 1.0
    model.col_lower_, model.col_upper_ = lower, np.ones(places + count)
    model.integrality_ = [highspy.HighsVarType.kInteger] * places + [
        highspy.HighsVarType.kContinuous
    ] * count
    lines = _lines(rows, wanted, at, places)
    model.num_row_ = len(lines.lower)
    model.row_lower_, model.row_upper_ = lines.lower, lines.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = lines.first, lines.column
    model.a_matrix_.value_ = lines.value
    return model


@dataclass(frozen=True, slots=True)
class _Lines:
    first: np.ndarray
    column: np.ndarray
    value: Floats
    lower: Floats
    upper: Floats


def _lines(rows: Rows, wanted: Wanted, at: np.ndarray, places: int) -> _Lines:
    """y - sum of its x <= 0 for each row; sum of x <= most; what areas want."""
    inf = highspy.kHighsInf
    many = np.diff(rows.first)
    columns, values = [], []
    kept = at[rows.place] >= 0
    row = np.repeat(np.arange(len(rows)), many)[kept]
    ends = np.concatenate([np.arange(len(rows)), row])
    order = np.argsort(ends, kind="stable")
    columns.append(np.concatenate([places + np.arange(len(rows)), at[rows.place[kept]]])[order])
    values.append(np.concatenate([np.ones(len(rows)), -np.ones(len(row))])[order])
    counts = [1 + np.bincount(row, minlength=len(rows))]
    lower, upper = [np.full(len(rows), -inf)], [np.zeros(len(rows))]

    def add(column: np.ndarray, value: Floats, least: float, most: float) -> None:
        columns.append(column)
        values.append(value)
        counts.append(np.array([len(column)]))
        lower.append(np.array([least]))
        upper.append(np.array([most]))

    add(np.arange(places), np.ones(places), -inf, wanted.most)
    here = np.flatnonzero(at >= 0)
    for area in np.flatnonzero(wanted.least_places > 0):
        mine = at[here[wanted.area[here] == area]]
        add(mine, np.ones(len(mine)), float(wanted.least_places[area]), inf)
    for area in np.flatnonzero(wanted.least_people > 0):
        mine = np.flatnonzero(rows.area == area)
        add(places + mine, rows.people[mine], float(wanted.least_people[area]), inf)
    first = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    return _Lines(
        first.astype(np.int32),
        np.concatenate(columns).astype(np.int32),
        np.concatenate(values).astype(np.float64),
        np.concatenate(lower),
        np.concatenate(upper),
    )


def _solution(rows: Rows, columns: Chosen, known: Chosen) -> highspy.HighsSolution:
    solution = highspy.HighsSolution()
    x = np.isin(columns, known).astype(np.float64)
    y = (rows.times(known) > 0).astype(np.float64)
    solution.col_value = np.concatenate([x, y]).tolist()
    return solution


def _said(solver: highspy.Highs, columns: Chosen) -> Proof:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == HighsModelStatus.kInfeasible:
        return Proof(None, -np.inf, True)
    chosen = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        x = np.array(solver.getSolution().col_value[: len(columns)])
        chosen = columns[x > 0.5]
    limit = -info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else np.inf
    return Proof(chosen, float(limit), False)
