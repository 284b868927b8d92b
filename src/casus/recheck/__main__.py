"""`python -m casus.recheck FILE`: verify an exported assessment; 0 where every claim holds, 1 where one does not."""

import json
import sys
from pathlib import Path

from casus.recheck.checker import Wrong, recheck


def main(given: list[str]) -> int:
    """0: every claim holds; 1: one does not, and is named; 2: the file cannot be read."""
    if len(given) != 1:
        sys.stderr.write("usage: python -m casus.recheck FILE\n")
        return 2
    try:
        lines = recheck(json.loads(Path(given[0]).read_text(encoding="utf-8")))
    except Wrong as problem:
        sys.stdout.write(f"WRONG: {problem}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        sys.stderr.write(f"error: it cannot be read as an exported assessment: {type(problem).__name__}: {problem}\n")
        return 2
    sys.stdout.write("\n".join([*lines, "Every claim holds."]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
