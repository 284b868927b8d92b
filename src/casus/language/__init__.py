"""The language of agreements: text -> fences -> tree -> checked agreement, and back to text.

- `source`, `markdown`, `scan`, `grammar`, `chunks`, `tree`, `scenarios`, `explain`: the steps of `parse`
- `parse`: `parse(text)` and `read(path)` give a `document.Document` of `nodes` and `scenario`s
- `format`, `printer`: the same text in the one layout; the text of a node
- `tree_json`: the tree as JSON, and its schema
- `check`, `load`: names, tables and zones resolved into an `agreement.Agreement`
"""
