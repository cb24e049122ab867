"""``.venv/bin/python -m benchmarks SUITE [--json PATH]``: our times beside somebody else's."""

import argparse
import json
from pathlib import Path

from benchmarks import (
    addresses,
    dragging,
    engine,
    gaps,
    imports,
    lookup,
    pgrouting,
    planning,
    rivals,
    siting,
    tiles,
)

SUITES = {
    "import": imports.cases,
    "tiles": tiles.cases,
    "addresses": addresses.cases,
    "engine": engine.cases,
    "dragging": dragging.cases,
    "gaps": gaps.cases,
    "scenario": planning.cases,
    "siting": siting.cases,
    "lookup": lookup.cases,
}
TOLD = {
    "ours_ms",
    "other_ms",
    "other",
    "ratio",
    "faster",
    "n",
    "limit_ms",
}  # columns; more stands behind


def main() -> None:
    """Run one suite, print a table, and write {case: {ours_ms, other_ms, other, ratio, n}}."""
    options = argparse.ArgumentParser(prog="python -m benchmarks")
    options.add_argument("suite", choices=sorted(SUITES))
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    cases = SUITES[asked.suite]()
    print(
        f"{'case':36} {'n':>7} {'ours ms':>10} {'other ms':>10} {'ratio':>8} {'limit ms':>9}  other"
    )
    for name, case in cases.items():
        limit = f"{case['limit_ms']:9.4f}" if "limit_ms" in case else " " * 9
        print(
            f"{name:36} {case['n']:7} {case['ours_ms']:10.3f} {case['other_ms']:10.3f}"
            f" {case['ratio']:8.4f} {limit}  {case['other']}"
            + "".join(f", {key} {case[key]}" for key in case.keys() - TOLD if case[key])
        )
    left_out = [*rivals.missing(), *pgrouting.left_out]
    if asked.suite == "engine" and left_out:
        print("not installed, not measured:", ", ".join(left_out))
    if asked.json:
        asked.json.write_text(json.dumps(cases, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
