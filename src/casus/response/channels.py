"""The channels of notices: a file, standard output, a webhook, electronic mail; each a function that sends or raises OSError.

Every channel carries the notice's key: a webhook as `Idempotency-Key`, mail in its `Message-ID`, a file and standard output in
the line itself, so that whoever receives one twice can tell.
"""

from __future__ import annotations

import json
import os
import smtplib
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from casus.acts import Notice

_SECONDS: Final = 20.0
Sender = Callable[[], None]


def as_json(notice: Notice) -> str:
    """One line of JSON, the same for a file and a webhook."""
    said = {
        "about": notice.about,
        "agreement": notice.agreement,
        "body": notice.body,
        "format": "casus-notice/1",
        "key": notice.key,
        "rule": notice.rule,
        "subject": notice.subject,
        "to": notice.to,
    }
    return json.dumps(said, ensure_ascii=False)


def sender(notice: Notice, via: str, settings: Mapping[str, str], folder: Path, say: Callable[[str], None]) -> Sender:
    """The function that sends a notice over a channel (`casus.toml`)."""
    match via:
        case "file":
            return lambda: _to_file(notice, folder / settings["path"])
        case "webhook":
            return lambda: _to_webhook(notice, settings)
        case "smtp":
            return lambda: _by_mail(notice, settings)
        case _:
            return lambda: say(f"{notice.subject}\n{notice.body}\n(notice {notice.key}, to {notice.to})")


def _to_file(notice: Notice, path: Path) -> None:
    """Append a line and see it to the disk."""
    with path.open("a", encoding="utf-8") as file:
        file.write(as_json(notice) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _to_webhook(notice: Notice, settings: Mapping[str, str]) -> None:
    if urlsplit(settings["url"]).scheme not in ("http", "https"):
        raise OSError("the address of the webhook begins neither with http:// nor with https://")
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": notice.key}
    token = os.environ.get(settings["token_env"]) if "token_env" in settings else None
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(settings["url"], as_json(notice).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            answer.read()
    except HTTPException as problem:
        raise OSError(f"the webhook did not answer as one ({type(problem).__name__})") from None


def _by_mail(notice: Notice, settings: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["From"], message["To"] = settings["from"], notice.to
    message["Subject"] = " ".join(notice.subject.split())
    message["Message-ID"] = f"<{notice.key}@casus>"
    message.set_content(notice.body)
    try:
        with smtplib.SMTP(settings["host"], int(settings.get("port", "25")), timeout=_SECONDS) as server:
            if settings.get("tls") in ("true", "True", "1"):
                server.starttls()
            if "user" in settings:
                server.login(settings["user"], os.environ.get(settings.get("password_env", ""), ""))
            server.send_message(message)
    except (smtplib.SMTPException, ValueError) as problem:
        raise OSError(f"the mail server refused it ({problem})") from None
