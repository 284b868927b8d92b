"""The tree of a text as JSON, for programs that are not written in Python, and the JSON Schema of it.

A declaration says by its `kind` what it is, a part of one by its `type`. Numbers are strings as written, so that nothing is
rounded on the way. `docs/formats/tree.md` describes the format for a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from casus.language.document import Document

TREE_VERSION: Final = 1


class InvalidTree(ValueError):
    """The JSON is not a tree of this version; the message names the place in it and what was expected there."""


@dataclass(frozen=True, slots=True)
class TreeFile:
    """What stands in a file: which format it is, and the document."""

    document: Document
    format: Literal["casus-tree"] = "casus-tree"
    version: Literal[1] = 1


@cache
def _adapter() -> TypeAdapter[TreeFile]:
    return TypeAdapter(TreeFile)


def to_json(document: Document) -> dict[str, Any]:
    """The document as JSON values."""
    dumped: dict[str, Any] = _adapter().dump_python(TreeFile(document), mode="json")
    return dumped


def from_json(values: Mapping[str, Any]) -> Document:
    """The document of `to_json`'s values (raises InvalidTree)."""
    try:
        return _adapter().validate_python(dict(values)).document
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise InvalidTree(f"{place}: {first['msg']}") from None


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `to_json` gives."""
    made = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Casus tree", **made}
