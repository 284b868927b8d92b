"""`casus key new`, and reading a private key: Ed25519, in a file that only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from casus.cli.console import say
from casus.cli.errors import FINE, Stop

PASSWORD: Final = "CASUS_KEY_PASSWORD"
"""The password of a private key's file; without it the file is not encrypted."""


def new_key(name: str, out: Path) -> int:
    from casus.journal.signing import new_key as make

    pem, public = make(password())
    if not out.parent.is_dir():
        raise Stop("the folder does not exist", place=out.parent, help="make it first; it should be nobody else's")
    try:
        handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Stop("there is a file already, and a key is never overwritten", place=out, help="name another file") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    say(f"Private key written: {out}" + ("" if password() else f" (not encrypted: set {PASSWORD} for that)"))
    say("Put this line under [two_persons.keys] of casus.toml:")
    print(f'{name} = "ed25519:{public}"')
    return FINE


def password() -> bytes | None:
    said = os.environ.get(PASSWORD)
    return said.encode() if said else None


def read_key(path: Path) -> str:
    """The text of a private key's file, which is one (raises Stop)."""
    from casus.journal.signing import BadKey, public_key

    if not path.is_file():
        raise Stop("there is no such key", place=path, help="casus key new NAME --out FILE makes one")
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        public_key(text, password())
    except BadKey as problem:
        raise Stop(str(problem), place=path, help=f"the password of an encrypted key is read from {PASSWORD}") from None
    return text
