"""The pages on formats are enough to verify a journal: this test follows them with nothing but SHA-256 and JSON."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from journal_files import small_journal
from journal_samples import LATE, START, hours

from casus.acts import Vote
from casus.journal import Draft, Journal, check_consistency, check_proof, create_journal, open_journal, verify_export
from casus.journal.canonical import canonical
from casus.journal.leaf import entry_header
from casus.time import Occurred

FORMATS = Path(__file__).resolve().parents[2] / "docs" / "formats"


def fences(page: str, info: str) -> list[str]:
    text = (FORMATS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{info}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def plain(value: Any) -> bytes:
    """Canonical JSON for ASCII keys, as another programmer would get it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def follow(lines: list[bytes]) -> str:
    """What the page on entries says about verifying an export; the root."""
    leaves, gone, erased, recorded = [], set(), set(), ""
    for index, line in enumerate(lines[:-1]):
        leaf = json.loads(line)
        header = leaf["header"]
        assert plain(leaf) + b"\n" == line
        assert leaf["index"] == index
        leaves.append(bytes.fromhex(leaf["leaf"]))
        assert sha256(b"\x00" + plain(header)).digest() == leaves[-1]
        assert header["recorded"] >= recorded
        recorded = header["recorded"]
        if header["kind"] == "erasure":
            erased.add(header["of"])
        elif header["kind"] == "entry" and leaf["payload"] is None:
            gone.add(index)
        elif header["kind"] == "entry":
            assert header["occurred"][0] <= header["known"] <= header["recorded"]
            assert sha256(bytes.fromhex(leaf["salt"]) + plain(leaf["payload"])).hexdigest() == header["commitment"]
    last = json.loads(lines[-1])
    assert gone == erased
    assert last == {"checkpoint": {"root": root(leaves).hex(), "size": len(leaves)}, "format": "casus journal 1"}
    return root(leaves).hex()


@pytest.fixture
def example(tmp_path: Path) -> Journal:
    """The journal of the pages."""
    salts = iter([bytes(16), b"\x01" * 32])
    path = tmp_path / "journal.db"
    journal = create_journal(path, "recorded", START, lineage="model-compact", entropy=lambda count: next(salts))
    draft = Draft(Occurred.at(hours(1)), Vote("VDR", "yes", "consult"), "VDR", None, "GREEN", "form 7")
    assert journal.append([draft], hours(2)).rejected == ()
    return journal


def test_the_example_of_the_page_is_what_the_journal_writes_and_what_the_page_explains(example: Journal) -> None:
    stream = BytesIO()
    example.export(stream)
    (written,) = fences("entry", "jsonl")
    assert stream.getvalue().decode() == written
    lines = written.encode().splitlines(keepends=True)
    assert follow(lines) == example.checkpoint().root
    assert verify_export(lines).ok
    for page in ("checkpoint", "proof"):
        assert example.checkpoint().root in (FORMATS / f"{page}.md").read_text(encoding="utf-8")


def test_the_proofs_of_the_page_are_those_of_the_example(example: Journal) -> None:
    inclusion, consistency = map(json.loads, fences("proof", "json"))
    assert inclusion == example.prove(1)
    assert consistency == example.prove_consistency(1)
    assert check_proof(inclusion, example.checkpoint()).valid
    assert check_consistency(consistency, example.checkpoint()).valid
    left, right = bytes.fromhex(inclusion["path"][0]), bytes.fromhex(inclusion["leaf"])
    assert sha256(b"\x01" + left + right).hexdigest() == inclusion["checkpoint"]["root"]


def test_a_journal_with_an_erasure_can_be_verified_by_the_page_alone(tmp_path: Path) -> None:
    small_journal(tmp_path / "journal.db")
    with open_journal(tmp_path / "journal.db") as journal:
        stream = BytesIO()
        checkpoint = journal.export(stream)
        assert follow(stream.getvalue().splitlines(keepends=True)) == checkpoint.root
        assert {entry.id for entry in journal.view(LATE).entries} <= {
            "e" + json.loads(line)["leaf"] for line in stream.getvalue().splitlines()[:-1]
        }


def test_the_header_that_is_written_out_is_the_canonical_one() -> None:
    lo, hi, known, recorded = (hours(number).us for number in range(4))
    written = entry_header(lo, hi, known, recorded, 'a "b"\n€', "AMBER+STRICT", bytes(32))
    assert canonical(json.loads(written)) == written
    assert json.loads(written)["occurred"] == ["2027-01-01T00:00:00.000000Z", "2027-01-01T01:00:00.000000Z"]
