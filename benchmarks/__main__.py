"""``.venv/bin/python -m benchmarks import|tiles [--json PATH]``: our times beside somebody else's."""

import argparse
import json
from pathlib import Path

from benchmarks import addresses, imports, tiles

SUITES = {"import": imports.cases, "tiles": tiles.cases, "addresses": addresses.cases}


def main() -> None:
    """Run one suite, print a table, and write {case: {ours_ms, other_ms, other, ratio, n}}."""
    options = argparse.ArgumentParser(prog="python -m benchmarks")
    options.add_argument("suite", choices=sorted(SUITES))
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    cases = SUITES[asked.suite]()
    print(f"{'case':24} {'n':>6} {'ours ms':>10} {'other ms':>10} {'ratio':>7}  other")
    for name, case in cases.items():
        print(
            f"{name:24} {case['n']:6} {case['ours_ms']:10.2f} {case['other_ms']:10.2f}"
            f" {case['ratio']:7.2f}  {case['other']}"
        )
    if asked.json:
        asked.json.write_text(json.dumps(cases, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
