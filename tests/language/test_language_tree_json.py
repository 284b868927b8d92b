"""The tree as JSON: nothing is lost, a part says what it is, and the published schema is the one of the code."""

from __future__ import annotations

import json
import os

import pytest
from language_files import BAD, IDENTITY, REPOSITORY, casus

from casus.language.parse import parse, read
from casus.language.tree_json import InvalidTree, from_json, schema, to_json

PUBLISHED = REPOSITORY / "docs" / "formats" / "tree.schema.json"


@pytest.mark.parametrize("path", [IDENTITY, *BAD], ids=lambda path: path.name)
def test_a_document_survives_the_way_through_text(path):
    document = read(path)
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


def test_parts_say_what_they_are_and_numbers_are_as_written():
    (decl,) = to_json(parse(casus("define a means b where c >= 1_000.50 or at in z")))["document"]["declarations"]
    assert decl["kind"] == "define"
    assert decl["where"]["type"] == "or"
    first, second = decl["where"]["parts"]
    assert (first["type"], first["number"]) == ("compare", {"text": "1_000.50"})
    assert second == {"field": "at", "zone": {"name": "z", "type": "name"}, "type": "in"}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["version"], 2, "version"),
        (["document", "declarations", 0, "kind"], "treaty", "declarations"),
        (["document", "declarations", 0, "where", "number", "text"], "a lot", "number.text"),
        (["document", "declarations", 0, "where", "type"], "maybe", "where"),
        (["document", "path"], None, "document.path"),
    ],
)
def test_what_is_no_tree_is_refused_with_its_place(path, value, said):
    values = json.loads(json.dumps(to_json(parse(casus("define a means b where c >= 1")))))
    target = values
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(InvalidTree, match=said):
        from_json(values)


def test_an_empty_object_is_no_tree():
    with pytest.raises(InvalidTree, match=r"document: Field required"):
        from_json({})


def test_the_published_schema_is_the_one_of_the_code():
    """CASUS_UPDATE=1 writes it anew."""
    text = json.dumps(schema(), indent=1, sort_keys=True) + "\n"
    if os.environ.get("CASUS_UPDATE"):
        PUBLISHED.write_text(text, encoding="utf-8")
    assert PUBLISHED.read_text(encoding="utf-8") == text


def test_every_key_of_a_tree_stands_in_the_schema():
    """A small check without a validator: each object's keys are those of one of the schema's definitions."""
    made = schema()
    known = [frozenset(made["properties"]), *(frozenset(part.get("properties", {})) for part in made["$defs"].values())]
    free = {"articles", "tables", "table_spans", "rows", "clause_spans", "fields"}

    def check(value: object, name: str = "") -> None:
        if isinstance(value, dict):
            assert name in free or frozenset(value) in known, (name, sorted(value))
            for key, part in value.items():
                check(part, key)
        elif isinstance(value, list):
            for part in value:
                check(part, name)

    check(json.loads(json.dumps(to_json(read(IDENTITY)))))
