"""Canonical JSON: the vectors of RFC 8785 as far as they concern what is taken here, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casus.journal import NotCanonical, canonical
from casus.journal.canonical import SAFE_INTEGER

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_scalars = st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | _texts
values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=12
)


@given(values)
def test_it_reads_back_as_the_same_value_and_is_stable(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(_texts, _scalars, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_an_object_was_built_does_not_matter(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert canonical({key: value[key] for key in keys}) == canonical(value)


@given(values)
def test_for_ascii_keys_it_is_what_the_standard_library_writes_sorted(value: Any) -> None:
    def ascii_keys(item: Any) -> bool:
        if isinstance(item, dict):
            return all(key.isascii() and ascii_keys(inner) for key, inner in item.items())
        return all(map(ascii_keys, item)) if isinstance(item, list) else True

    if ascii_keys(value):
        plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert canonical(value).decode() == plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785, section 3.2.3: the order of UTF-16 code units puts the emoji (d83d) before the Hebrew letter (fb33)
        (
            {"€": "E", "\r": "C", "\ufb33": "H", "1": "1", "\U0001f600": "G", "\x80": "c", "ö": "o"},
            '{"\\r":"C","1":"1","\x80":"c","ö":"o","€":"E","\U0001f600":"G","\ufb33":"H"}',
        ),
        # section 3.2.2.2: only what must be escaped is, in the short form where there is one, else in lower-case hex
        ('\u20ac$\x0f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\b\f\n\r\t\x00\x1f\x7f\u2028", '"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\u2028"'),
        ({"b": [1, {"d": None, "c": True}], "a": False}, '{"a":false,"b":[1,{"c":true,"d":null}]}'),
        ([], "[]"),
        ({}, "{}"),
        (-SAFE_INTEGER, "-9007199254740991"),
        (("a", 0), '["a",0]'),
    ],
)
def test_vectors(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "is a float; write exact numbers as text"),
        ({"a": [float("nan")]}, "is a float"),
        (SAFE_INTEGER + 1, "not exact for every reader"),
        (-SAFE_INTEGER - 1, "not exact for every reader"),
        ("a\ud800", "half of a surrogate pair"),
        ({"\udc00": 1}, "half of a surrogate pair"),
        ({1: 2}, "a key of an object is no text"),
        ({"a": {1, 2}}, "no JSON value (set)"),
        (b"a", "no JSON value (bytes)"),
    ],
)
def test_what_has_no_exact_form_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(NotCanonical, match=reason.replace("(", r"\(").replace(")", r"\)")):
        canonical(value)
