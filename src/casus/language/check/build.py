"""The checked agreement, put together once nothing is wrong; and its identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.cycles import ordered_triggers
from casus.language.check.numbers import clock_of
from casus.language.check.scope import Scope
from casus.language.check.zones import Zones


def build_agreement(scope: Scope, header: n.AgreementDecl, zones: Zones) -> Agreement:
    """The agreement of a text without errors."""
    document = scope.document

    def named(*kinds: str) -> dict[str, Any]:
        return {decl.name: decl for decl in scope.of(*kinds)}

    return Agreement(
        name=header.name,
        hash=agreement_hash(document.text, zones.files, document.chosen or ()),
        path=document.path,
        header=header,
        clock=clock_of(scope),
        declarations=document.declarations,
        articles=document.articles,
        tables=document.tables,
        regions=zones.named,
        scenarios=document.scenarios,
        roles=frozenset(s.name for s in scope.symbols.values() if s.kind == "role"),
        parties={decl.code: decl for decl in scope.of("party")},
        bodies=named("body"),
        nonparties={decl.code: decl for decl in scope.of("nonparty")},
        groups=named("group"),
        events=named("event"),
        ladders=named("ladder"),
        findings=named("finding"),
        determinations=named("determination"),
        attributables=tuple(scope.of("attributable")),
        estimates=named("estimate"),
        baselines=named("baseline"),
        definitions=named("define"),
        exceptions=named("exception"),
        triggers={decl.name: decl for decl in ordered_triggers(scope)},
        decisions=named("decision"),
        norms=named("obligation", "prohibition", "power"),
        automatics=named("automatic"),
        schedules=named("schedule"),
        weights=named("weights"),
        packages=named("package"),
        phases=named("phase"),
        procedures=named("procedure"),
        contributions=named("contribution"),
        ceasefires=named("ceasefire"),
        disputes=named("dispute"),
        term=scope.term,
        suspension=next(iter(scope.of("suspension")), None),
        others=tuple(scope.of("template", "reading", "option", "use")),
        chosen=document.chosen or (),
        sources=named("source"),
        questions=named("question"),
        claims=named("claim"),
        concessions=named("concession"),
        options=named("option"),
        readings=named("reading"),
        wordings=named("wording"),
        steps=named("step"),
        opens=tuple(scope.of("open")),
        bases=tuple(scope.of("basis")),
        positions=tuple(scope.of("position")),
        copies=tuple(scope.of("copy")),
        zone_expressions=zones.expressions,
        distances=zones.near,
        files=zones.files,
    )


def agreement_hash(text: str, files: Mapping[str, str], chosen: Iterable[str] = ()) -> str:
    """`sha256:…` over the text, the files it is pinned to and the options chosen, as `docs/formats/agreement-hash.md` says."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    content: dict[str, Any] = {
        "files": [{"path": path, "sha256": files[path]} for path in sorted(files)],
        "format": "casus agreement 1",
        "text": plain,
    }
    if options := sorted(set(chosen)):
        content["options"] = options
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
