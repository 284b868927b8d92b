"""How long the rules take over the gallery and the conformance texts: `python bench/gallery.py [files…]`.

Prints, for the rules that read (S, X) and for all with the searching ones (M), the CPU seconds of one process over every text,
and the slowest rules and texts.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from pathlib import Path

from casus.language.check import check
from casus.language.parse import read
from casus.language.variants import choose, variants
from casus.lint.draft import Draft
from casus.lint.registry import rules

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "agreements").rglob("*.casus.md"))
    started = time.perf_counter()
    drafts = []
    for file in files:
        document = read(file)
        for variant in variants(document):
            chosen = choose(document, variant.names)
            agreement = check(chosen, file.parent).agreement
            if agreement is not None:
                drafts.append((f"{file.name} {variant.label}".strip(), agreement, chosen))
    print(f"{len(files)} texts, {len(drafts)} with their variants, read and checked in {time.perf_counter() - started:.2f} s")
    by_kind: dict[str, float] = defaultdict(float)
    by_rule: dict[str, float] = defaultdict(float)
    by_text: dict[str, float] = defaultdict(float)
    found = 0
    for name, agreement, document in drafts:
        draft = Draft(agreement, document)
        for rule in rules().values():
            started = time.perf_counter()
            found += sum(1 for _ in rule.find(draft))
            took = time.perf_counter() - started
            by_kind["reading (S, X)" if rule.kind != "M" else "searching (M)"] += took
            by_rule[rule.code] += took
            by_text[name] += took
    print(f"{len(rules())} rules, {found} findings and ends of searches")
    for kind, took in sorted(by_kind.items()):
        print(f"  {kind}: {took:.2f} s")
    for title, times in (("slowest rules", by_rule), ("slowest texts", by_text)):
        print(f"{title}: " + ", ".join(f"{n} {t:.2f} s" for n, t in sorted(times.items(), key=lambda x: -x[1])[:8]))


if __name__ == "__main__":
    main()
