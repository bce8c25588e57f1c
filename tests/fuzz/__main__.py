"""`.venv/bin/python -m tests.fuzz [--calls 100000] [--seed 1]`: the long run; the suite has a short one."""

from __future__ import annotations

import argparse
import sys

from tests.fuzz.calls import Fuzz


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    report = Fuzz(given.seed).run(given.calls)
    never = sorted({f"{service}:{name}" for service, name in Fuzz(0).operations} - set(report.answered))
    print(f"{report.calls:,} calls: {report.answered.total():,} answered, {report.refused.total():,} refused")
    print(f"never answered: {', '.join(never) or 'none'}")
    for name, said in sorted(report.undocumented.items()):
        print(f"UNDOCUMENTED  {name}: {said}")
    for problem in report.problems:
        print(f"PROBLEM  {problem}")
    return 1 if report.problems or report.undocumented else 0


if __name__ == "__main__":
    sys.exit(main())
