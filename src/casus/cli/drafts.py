"""From a file (and the options chosen in it) to a draft that the commands on texts read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.errors import Stop

if TYPE_CHECKING:
    from casus.lint.draft import Draft


def load_draft(path: Path, options: Sequence[str] = ()) -> Draft:
    """The draft of a file; where it has errors they are shown and the command ends (raises Stop)."""
    from casus.language.check import check
    from casus.language.parse import read
    from casus.language.variants import choose
    from casus.lint.draft import Draft

    if path.is_dir() or not path.is_file():
        raise Stop("there is no such agreement", place=path, help="name a file, name.casus.md")
    document = read(path)
    if options:
        document = choose(document, options)
    checked = check(document, path.parent)
    if checked.agreement is None:
        from casus.cli.showing import show_diagnostics

        if checked.unresolved and not checked.errors:
            open_ = "; ".join(f"{question}: {' or '.join(names)}" for question, names in checked.unresolved.items())
            first = " ".join(f"--option {names[0]}" for names in checked.unresolved.values())
            raise Stop(f"the text leaves a choice that nobody has made ({open_})", place=path, help=f"choose, say with {first}")
        show_diagnostics(checked.errors, to_stderr=True)
        raise Stop("the text has errors, so it cannot be compared or shown", place=path, help=f"casus check {path}")
    return Draft(checked.agreement, choose(document, checked.agreement.chosen))


def mapped(pairs: Sequence[str]) -> dict[str, str]:
    """`a=b` of `--map` as: b of the second text is called a in the first (raises Stop)."""
    found: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not (sign and old.strip() and new.strip()):
            raise Stop(f"{pair!r} maps nothing", place="--map", help="write --map NAME_IN_THE_FIRST=NAME_IN_THE_SECOND")
        found[new.strip()] = old.strip()
    return found
