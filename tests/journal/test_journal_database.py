"""The file itself refuses to forget; and what stands in the way of opening or writing it is said plainly."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_files import small_journal
from journal_samples import LATE, START, hours, report

from casus.journal import (
    JournalBusy,
    JournalDamaged,
    JournalDenied,
    JournalError,
    JournalExists,
    JournalNotFound,
    JournalTooNew,
    NotAJournal,
    create_journal,
    open_journal,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "journal.db"
    small_journal(file)
    return file


# ---------------------------------------------------------------- append-only

_ENTRY = "idx, kind, recorded, lo, hi, known, author, marking, commitment, target, note, leaf"
REFUSED = [
    "UPDATE entries SET author = 'VDR' WHERE idx = 1",
    "UPDATE entries SET leaf = leaf",
    "UPDATE OR REPLACE entries SET idx = 2 WHERE idx = 1",
    "DELETE FROM entries WHERE idx = 1",
    "DELETE FROM entries",
    "UPDATE entries SET note = '{}' WHERE idx = 0",
    "DELETE FROM entries WHERE idx = 0",
    f"INSERT OR REPLACE INTO entries ({_ENTRY}) SELECT {_ENTRY} FROM entries WHERE idx = 1",
    f"REPLACE INTO entries ({_ENTRY}) SELECT {_ENTRY.replace('idx', '99', 1)} FROM entries WHERE idx = 1",
    f"INSERT INTO entries ({_ENTRY}) SELECT {_ENTRY.replace('idx', '-1', 1)} FROM entries WHERE idx = 1",
    "UPDATE batches SET recorded = recorded + 1 WHERE size = 1",
    "UPDATE batches SET root = x'00'",
    "DELETE FROM batches",
    "REPLACE INTO batches SELECT * FROM batches WHERE size = 1",
    "INSERT INTO batches SELECT recorded + 1, size, root, peaks FROM batches WHERE size = 1",
    "INSERT INTO batches SELECT recorded + 10000000000000, size, root, peaks FROM batches WHERE size = 1",
    "DELETE FROM payloads WHERE idx = 1",
    "DELETE FROM payloads WHERE idx = 5",
    "UPDATE payloads SET payload = x'00' WHERE idx = 1",
    "UPDATE payloads SET salt = x'00' WHERE idx = 1",
    "UPDATE payloads SET slot = NULL WHERE idx = 3",
    "UPDATE payloads SET salt = NULL, payload = NULL, fingerprint = NULL, slot = NULL WHERE idx = 1",
    "UPDATE payloads SET salt = NULL, payload = NULL, fingerprint = NULL, slot = NULL, erased = 10 WHERE idx = 1",
    "UPDATE payloads SET salt = NULL, payload = NULL, fingerprint = NULL, slot = NULL, erased = 1 WHERE idx = 1",
    "UPDATE payloads SET salt = x'00', payload = x'00', erased = NULL WHERE idx = 5",
    "UPDATE payloads SET erased = NULL WHERE idx = 5",
    "UPDATE payloads SET idx = 99 WHERE idx = 5",
    "REPLACE INTO payloads SELECT * FROM payloads WHERE idx = 5",
    "REPLACE INTO payloads (idx, salt, payload) VALUES (1, x'00', x'00')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_itself_refuses_to_change_or_forget(path: Path, statement: str) -> None:
    """Through a plain connection that has set none of the journal's own settings."""
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match=r"never|comes after all others|only ever destroyed"):
            connection.execute(statement)
        connection.rollback()
    with open_journal(path) as journal:
        assert journal.verify().ok


def test_every_table_that_is_there_has_its_triggers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        guarded = connection.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for table in tables:
        assert {f"{table}_no_update", f"{table}_no_delete"} <= {name for of, name in guarded if of == table}


# ---------------------------------------------------------------- opening and creating


def test_a_journal_is_never_created_over_a_file(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(JournalExists, match=r"journal\.db: there is a file already"):
        create_journal(path, "recorded", START)
    assert path.read_bytes() == before


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(JournalNotFound, match=r"the folder .*nowhere does not exist"):
        create_journal(tmp_path / "nowhere" / "journal.db", "recorded", START)
    with pytest.raises(JournalNotFound, match=r"the folder .*nowhere does not exist"):
        open_journal(tmp_path / "nowhere" / "journal.db")
    with pytest.raises(JournalNotFound, match="there is no such file"):
        open_journal(tmp_path / "journal.db")
    with pytest.raises(NotAJournal, match="is no file"):
        open_journal(tmp_path)


def test_another_file_is_no_journal(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database " * 100)
    with pytest.raises(NotAJournal, match="is no SQLite file"):
        open_journal(text)
    (tmp_path / "empty.db").touch()
    with pytest.raises(NotAJournal, match="its creation was interrupted"):
        open_journal(tmp_path / "empty.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE entries (idx)")
        connection.commit()
    with pytest.raises(NotAJournal, match="an SQLite file of another application"):
        open_journal(tmp_path / "other.db")


def test_a_newer_format_asks_for_a_newer_casus(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(JournalTooNew, match=r"has format 2; this version of Casus knows up to 1 .*install a newer Casus"):
        open_journal(path)


def test_a_read_only_opening_reads_and_refuses_to_write(path: Path) -> None:
    with open_journal(path, read_only=True) as journal:
        assert len(journal.view(LATE).entries) == 9
        with pytest.raises(JournalDenied, match="refuses access"):
            journal.append([report("new")], hours(30))


def test_opening_gives_back_what_the_genesis_said(tmp_path: Path) -> None:
    old = create_journal(tmp_path / "old.db", "recorded", START, lineage="model-compact")
    anchor = old.checkpoint()
    old.close()
    create_journal(tmp_path / "new.db", "known", hours(1), lineage="model-compact", predecessor=anchor).close()
    with open_journal(tmp_path / "new.db") as journal:
        assert (journal.axis, journal.genesis.recorded, journal.genesis.lineage) == ("known", hours(1), "model-compact")
        assert journal.genesis.predecessor == anchor
        assert len(journal.genesis.journal) == 32


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to give up the rights of root to be refused")
@pytest.mark.parametrize("what", ["folder", "file", "creation", "unreadable"])
def test_what_the_system_refuses_is_said(what: str) -> None:
    """In a child that is nobody; root is refused nothing."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        kept = Path(folder) / "kept"
        kept.mkdir()
        small_journal(kept / "journal.db")
        (kept / "journal.db").chmod(0o000 if what == "unreadable" else 0o444)
        kept.chmod(0o777 if what == "file" else 0o555)
        action = {"creation": "create_journal(kept / 'other.db', 'recorded', START)"}.get(
            what, "open_journal(kept / 'journal.db').append([report('new')], hours(30))"
        )
        result = child(
            f"""
            import os
            canonical({{"a": 1}})  # nobody may not be able to load the rest of the interpreter
            os.setgid(65534); os.setuid(65534)
            kept = Path({str(kept)!r})
            try:
                {action}
            except JournalError as problem:
                print(type(problem).__name__, problem)
            """
        )
    assert result.startswith("JournalDenied "), result
    assert ": the system refuses" in result


# ---------------------------------------------------------------- two processes

PRELUDE = f"""
import sys
sys.path[:0] = {[str(Path(__file__).parent)]!r}
from pathlib import Path
from journal_samples import LATE, START, hours, report
from casus.journal import JournalError, canonical, create_journal, open_journal
"""


def child(code: str) -> str:
    """What a second process prints."""
    script = PRELUDE + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_second_process_reads_whole_batches_while_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with create_journal(path, "recorded", START) as journal:
        script = PRELUDE + textwrap.dedent(
            f"""
            with open_journal({str(path)!r}) as journal:
                sizes = []
                print("ready", flush=True)
                while not sizes or sizes[-1] < 200:
                    view = journal.view(LATE)
                    assert view.checkpoint.size == len(view.entries) + 1
                    assert len(view.entries) % 5 == 0
                    if not sizes or sizes[-1] != len(view.entries):
                        sizes.append(len(view.entries))
                print(sizes == sorted(sizes), len(sizes) > 1)
            """
        )
        reader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(40):
            journal.append([report(f"r{number}-{i}") for i in range(5)], hours(10 + number))
        output, _ = reader.communicate(timeout=60)
        assert (reader.returncode, output) == (0, "True True\n")
        assert journal.verify().ok


def test_two_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    create_journal(path, "recorded", START).close()
    code = """
        with open_journal({path!r}, busy_seconds=30) as journal:
            for number in range(20):
                journal.append([report(f"{who}-{{number}}")], hours(10 + number))
    """
    script = PRELUDE + textwrap.dedent(code)
    writers = [
        subprocess.Popen([sys.executable, "-c", script.format(path=str(path), who=who)], stderr=subprocess.PIPE) for who in "ab"
    ]
    for writer in writers:
        _, problem = writer.communicate(timeout=60)
        assert writer.returncode == 0, problem.decode()
    with open_journal(path) as journal:
        names = {entry.act.id for entry in journal.view(LATE).entries}  # type: ignore[union-attr]
        assert names == {f"{who}-{number}" for who in "ab" for number in range(20)}
        instants = [batch.recorded.us for batch in journal.batches()]
        assert instants == sorted(set(instants))
        assert journal.verify().ok


def test_a_writer_that_waits_in_vain_says_so_and_writes_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_journal(path, busy_seconds=0.05) as journal:
        before = journal.checkpoint()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusy, match=r"journal\.db: another process is writing; nothing was written"):
            journal.append([report("new")], hours(30))
        with pytest.raises(JournalBusy):
            journal.erase(1, "no", hours(30))
        other.execute("ROLLBACK")
        assert journal.checkpoint() == before
        assert len(journal.append([report("new")], hours(30)).accepted) == 1


def test_a_writer_that_dies_in_the_middle_leaves_the_batches_before(path: Path) -> None:
    with open_journal(path) as journal:
        before = journal.checkpoint()
    script = PRELUDE + textwrap.dedent(
        f"""
        import os
        def salts(count):
            os._exit(7)  # inside the transaction
        open_journal({str(path)!r}, entropy=salts).append([report("new")], hours(30))
        """
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 7
    with open_journal(path) as journal:
        assert journal.checkpoint() == before
        assert journal.verify().ok


def test_a_copy_of_the_main_file_alone_is_complete_after_every_append(path: Path, tmp_path: Path) -> None:
    with open_journal(path) as journal:
        journal.append([report("new")], hours(30))
        shutil.copy(path, tmp_path / "copy.db")  # without its -wal, as people copy
        kept = journal.checkpoint()
    with open_journal(tmp_path / "copy.db") as copy:
        assert copy.verify(kept).ok
        assert copy.checkpoint() == kept


@pytest.mark.parametrize("fate", ["lost", "damaged", "cut off", "whole"])
def test_a_damaged_wal_file_cuts_back_to_a_whole_batch_and_a_kept_checkpoint_shows_it(
    path: Path, tmp_path: Path, fate: str
) -> None:
    """Only where another process kept the last batches out of the main file does anything hang on -wal."""
    copy = tmp_path / "copy.db"
    with open_journal(path) as reader, open_journal(path) as writer:
        reader._connection.execute("BEGIN")
        reader._connection.execute("SELECT count(*) FROM entries").fetchone()
        for number in range(3):
            writer.append([report(f"new{number}")], hours(30 + number))
        ends = [batch.checkpoint for batch in writer.batches()]
        shutil.copy(path, copy)
        wal = bytearray(path.with_name("journal.db-wal").read_bytes())
    if fate == "damaged":
        wal[len(wal) // 2] ^= 1
    if fate == "cut off":
        del wal[len(wal) // 2 :]
    if fate != "lost":
        copy.with_name("copy.db-wal").write_bytes(wal)
    with open_journal(copy) as journal:
        assert journal.verify().ok
        assert journal.checkpoint() in ends
        found = journal.verify(ends[-1])
    assert found.ok == (fate == "whole")
    if fate != "whole":
        assert found.first_bad is not None
        assert found.first_bad.what == "missing"


# ---------------------------------------------------------------- a full disk


@settings(max_examples=6, deadline=None)
@given(room=st.integers(1, 400), batch=st.integers(50, 400))
def test_a_full_disk_loses_nothing_and_is_named(tmp_path_factory: pytest.TempPathFactory, room: int, batch: int) -> None:
    """A child whose files may not grow beyond a limit; the journal it leaves behind is whole and goes on."""
    path = tmp_path_factory.mktemp("full") / "journal.db"
    small_journal(path)
    result = child(
        f"""
        import resource
        with open_journal({str(path)!r}) as journal:
            limit = Path({str(path)!r}).stat().st_size + {room * 1024}
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            kept = journal.checkpoint()
            for number in range(40):
                try:
                    journal.append([report(f"r{{number}}-{{i}}") for i in range({batch})], hours(30 + number))
                except JournalError as problem:
                    print(type(problem).__name__, problem)
                    break
                kept = journal.checkpoint()
            assert journal.checkpoint() == kept
            assert journal.verify().ok
            print(kept.size, kept.root)
        """
    )
    said, kept = result.strip().splitlines()
    assert said.startswith("JournalFull ")
    assert f"{path}: the medium refused to take more" in said
    with open_journal(path) as journal:
        assert f"{journal.checkpoint().size} {journal.checkpoint().root}" == kept
        assert journal.verify().ok
        assert len(journal.append([report("after")], hours(90)).accepted) == 1
        assert journal.verify().ok


def test_a_disk_that_is_full_at_creation_leaves_no_half_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    result = child(
        f"""
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        try:
            create_journal({str(path)!r}, "recorded", START)
        except JournalError as problem:
            print(type(problem).__name__)
        """
    )
    assert result == "JournalFull\n"
    assert list(tmp_path.iterdir()) == []


def test_a_source_of_randomness_that_gives_too_little_writes_nothing(path: Path) -> None:
    with open_journal(path, entropy=lambda count: b"short") as journal:
        before = journal.checkpoint()
        with pytest.raises(ValueError, match="too few bytes"):
            journal.append([report("new")], hours(30))
        assert journal.checkpoint() == before


def test_every_error_has_its_place_its_reason_and_its_help() -> None:
    problem = JournalDamaged("journal.db entry 4", "the entry is missing", "go back to a copy")
    assert str(problem) == "journal.db entry 4: the entry is missing (help: go back to a copy)"
    assert isinstance(problem, JournalError)
