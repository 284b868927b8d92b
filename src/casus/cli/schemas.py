"""`casus schema`: the JSON Schemas of what Casus publishes and stores."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from casus.cli.console import say, say_json
from casus.cli.errors import FINE, Stop

if TYPE_CHECKING:
    from pydantic import BaseModel

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def _agreement() -> dict[str, Any]:
    from casus.language import tree_json

    return tree_json.schema()


def _act() -> dict[str, Any]:
    from casus.acts import act_schema

    return act_schema()


def _run() -> dict[str, Any]:
    from casus.state.output import run_schema

    return run_schema()


def _explanation() -> dict[str, Any]:
    from casus.state.explanation import explanation_schema

    return explanation_schema()


def _assessment() -> dict[str, Any]:
    from casus.analysis.shapes import AssessmentExport

    return AssessmentExport.model_json_schema(mode="serialization")


def _diagnostic() -> dict[str, Any]:
    from casus.diagnostics.render import json_schema

    return json_schema()


def _power() -> dict[str, Any]:
    from casus.cli.power_shapes import PowerJson

    return PowerJson.model_json_schema(mode="serialization")


def _speed() -> dict[str, Any]:
    from casus.cli.speed import SpeedJson

    return SpeedJson.model_json_schema(mode="serialization")


def _shape(name: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        from casus.cli import shapes

        models: dict[str, type[BaseModel]] = {
            "check": shapes.CheckJson,
            "import": shapes.ImportJson,
            "record": shapes.RecordJson,
            "test": shapes.ScenariosJson,
            "log": shapes.LogJson,
            "verify": shapes.VerifyJson,
            "recheck": shapes.RecheckJson,
            "watch": shapes.WatchJson,
        }
        return models[name].model_json_schema(mode="serialization")

    return make


def _compared(name: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        from casus.compare import shapes

        models: dict[str, type[BaseModel]] = {"show": shapes.ShowJson, "diff": shapes.DiffJson, "compare": shapes.CompareJson}
        return models[name].model_json_schema(mode="serialization")

    return make


def _overview() -> dict[str, Any]:
    from casus.cli.overview_shapes import OverviewsJson

    return OverviewsJson.model_json_schema(mode="serialization")


def _response(name: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        from casus.cli import response_shapes as shapes

        models: dict[str, type[BaseModel]] = {
            "due": shapes.DueJson,
            "whatif": shapes.WhatIfJson,
            "cases": shapes.CasesJson,
            "case": shapes.CaseJson,
            "pending": shapes.PendingListJson,
            "notices": shapes.NoticesJson,
        }
        return models[name].model_json_schema(mode="serialization")

    return make


SCHEMAS: Final[dict[str, tuple[str, Callable[[], dict[str, Any]]]]] = {
    "agreement": ("the tree of an agreement", _agreement),
    "act": ("the payload of a journal entry", _act),
    "run": ("casus run --json", _run),
    "speed": ("casus speed --json", _speed),
    "explanation": ("casus explain --json", _explanation),
    "assessment": ("casus export assessment", _assessment),
    "recheck": ("casus recheck --json", _shape("recheck")),
    "watch": ("casus watch --emit json", _shape("watch")),
    "show": ("casus show --json", _compared("show")),
    "diff": ("casus diff --json", _compared("diff")),
    "compare": ("casus compare --format json", _compared("compare")),
    "check": ("casus check --json", _shape("check")),
    "diagnostic": ("one finding of casus check", _diagnostic),
    "test": ("casus test --json", _shape("test")),
    "power": ("casus power --json", _power),
    "due": ("casus due --json", _response("due")),
    "whatif": ("casus whatif --json", _response("whatif")),
    "cases": ("casus case --json", _response("cases")),
    "case": ("casus case ID --json", _response("case")),
    "pending": ("casus confirm --json", _response("pending")),
    "notices": ("casus notices --json", _response("notices")),
    "overview": ("casus run --json of several agreements", _overview),
    "import": ("casus import --json", _shape("import")),
    "record": ("casus record --json", _shape("record")),
    "log": ("casus log show --json", _shape("log")),
    "verify": ("casus log verify --json", _shape("verify")),
}


def print_schema(name: str | None) -> int:
    if name is None:
        for one, (about, _) in SCHEMAS.items():
            say(f"{one}: {about}")
        return FINE
    if name not in SCHEMAS:
        near = difflib.get_close_matches(name, SCHEMAS, n=1)
        known = f"did you mean {near[0]}?" if near else f"there are {', '.join(SCHEMAS)}"
        raise Stop(f"there is no schema {name!r}", place="casus schema", help=known)
    say_json({"$schema": _DRAFT} | SCHEMAS[name][1]())
    return FINE
