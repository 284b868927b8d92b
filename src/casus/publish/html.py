"""A treaty as one HTML page: no script, nothing from the network, an anchor for each article, the rules folded away."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import urlsplit

from casus.publish.treaty import (
    Block,
    Break,
    Code,
    Grid,
    Inline,
    Items,
    Line,
    Link,
    Marked,
    Paragraph,
    Quote,
    Treaty,
    Words,
    is_rules,
)

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 1.05rem/1.6 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3, h4, h5, h6 { font-family: system-ui, sans-serif; line-height: 1.25 }
h2 { margin-top: 2.4rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { border: 1px solid; padding: .3rem .7rem; text-align: left }
pre { overflow-x: auto; font-size: .85rem; padding: .8rem; border: 1px solid }
details { margin: 1rem 0 }
a.anchor { text-decoration: none; opacity: .5 }
""".strip()
_TAGS: Final = {"strong": "strong", "emphasis": "em", "code": "code"}


def to_html(treaty: Treaty, *, rules: bool = False) -> str:
    """The page. `rules` shows each fence under its article, folded."""
    language = treaty.languages[0] if treaty.languages else "en"
    body = "\n".join(_body(treaty, rules))
    head = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    title = escape(treaty.title or treaty.name or "Agreement")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n{head}\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(treaty: Treaty, rules: bool) -> Iterator[str]:
    if treaty.title and not any(section.level == 1 for section in treaty.sections):
        yield f"<h1>{escape(treaty.title)}</h1>"
    for section in treaty.sections:
        if section.title:
            identifier = escape(section.id)
            anchor = f'<a class="anchor" href="#{identifier}" aria-label="Link to this heading">#</a>'
            yield f'<h{section.level} id="{identifier}">{escape(section.title)} {anchor}</h{section.level}>'
        for block in section.blocks:
            if not is_rules(block):
                yield _block(block)
            elif rules and isinstance(block, Code):
                what = "Scenario" if block.info.startswith("casus-test") else "Rules"
                yield f"<details><summary>{what}</summary><pre><code>{escape(block.content)}</code></pre></details>"


def _block(block: Block) -> str:
    match block:
        case Paragraph(parts=parts):
            return f"<p>{_inline(parts)}</p>"
        case Items(items=items, first=first):
            inside = "".join(f"<li>{''.join(map(_block, blocks))}</li>" for blocks in items)
            return f"<ul>{inside}</ul>" if first is None else f'<ol start="{first}">{inside}</ol>'
        case Quote(blocks=blocks):
            return f"<blockquote>{''.join(map(_block, blocks))}</blockquote>"
        case Code(content=content):
            return f"<pre><code>{escape(content)}</code></pre>"
        case Grid(rows=rows):
            head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
            body = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows[1:])
            return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        case Line():
            return "<hr>"


def _inline(parts: tuple[Inline, ...]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Inline) -> str:
    match part:
        case Words(text=text):
            return escape(text)
        case Marked(mark=mark, parts=parts):
            return f"<{_TAGS[mark]}>{_inline(parts)}</{_TAGS[mark]}>"
        case Link(href=href, parts=parts):
            if urlsplit(href).scheme not in ("", "http", "https", "mailto"):
                return _inline(parts)
            return f'<a href="{escape(href)}">{_inline(parts)}</a>'
        case Break():
            return "<br>"
