"""The synthetic year as files: the same seed gives the same bytes, and the rates are those the parameters state."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from statistics import mean

import pytest

from casus.cli.demo.draws import Draws
from casus.cli.demo.files import NOTICE, SHIPPED, shipped_files, source_files
from casus.cli.demo.fire import volume
from casus.cli.demo.parameters import CEASEFIRE, END_OF_YEAR, Rates
from casus.cli.demo.places import HOTSPOTS, LINE, line_longitude
from casus.cli.demo.strikes import QUIET, claimed, drawn, planned
from casus.time import DAY, Duration, Instant

RATES = Rates()
PRINT_DIGEST = """
import hashlib
from casus.cli.demo.files import source_files
from casus.cli.demo.parameters import Rates
made = source_files(7, Rates(scale=0.05))
print(hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return source_files(1, RATES)


def rows(files: dict[str, str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name])))


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_the_same_seed_gives_the_same_bytes_whatever_the_order_of_hashes(hash_seed):
    here = hashlib.sha256(repr(sorted(source_files(7, Rates(scale=0.05)).items())).encode()).hexdigest()
    elsewhere = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == here


def test_another_seed_gives_another_year_with_the_same_story(files):
    other = source_files(2, RATES)
    assert other["sources/firing.csv"] != files["sources/firing.csv"]
    story = {strike.id for strike in planned()}
    for made in (files, other):
        assert story <= {row["id"] for row in rows(made, "sources/strikes.csv")}
    assert other["sources/deliveries.csv"] == files["sources/deliveries.csv"]


def test_what_one_part_draws_does_not_move_another():
    assert Draws(1, "fire").unit() != Draws(1, "refusals").unit()
    first = volume(1, Rates(scale=0.05, jamming=5.0))
    second = volume(1, Rates(scale=0.05, jamming=9.0))
    assert (first.firings, first.refusals) == (second.firings, second.refusals)
    assert len(second.jammed) > len(first.jammed)


def test_every_file_says_that_it_is_synthetic_and_that_the_states_are_fictional(files):
    for name, text in files.items():
        assert NOTICE in text, name
    for name, content in shipped_files().items():
        text = content.decode().lower()
        assert "fictional" in text, name
        assert "synthetic" in text or name.endswith(".geojson"), name


def test_every_row_of_a_file_says_it_too(files):
    for name, text in files.items():
        if name.endswith(".csv"):
            assert all(line.endswith(NOTICE) for line in text.splitlines()[1:]), name
    assert json.loads(files["sources/jamming.geojson"])["notice"] == NOTICE


def test_no_state_in_the_year_is_real():
    fictional = {"VDR", "OSK", "FRM", "KST", "LYS", "MRV", "TRN"}
    text = shipped_files()["agreements/valdria-compact.casus.md"].decode()
    declared = {line.split()[1] for line in text.splitlines() if line.startswith(("party ", "nonparty "))}
    assert declared == fictional


def test_a_truce_that_holds_sees_the_published_mean():
    days = (END_OF_YEAR - CEASEFIRE).us / DAY.us
    means = [len([f for f in volume(seed, RATES).firings if f.last >= CEASEFIRE]) / days / RATES.scale for seed in range(1, 6)]
    assert 0.8 * RATES.good_truce < mean(means) < 1.2 * RATES.good_truce


def test_fire_drops_at_once_and_creeps_back():
    firings = volume(1, Rates(scale=1.0)).firings

    def week(start: Instant) -> int:
        return len([f for f in firings if start <= f.last < start + Duration.of(days=7)])

    before, first = week(CEASEFIRE - Duration.of(days=7)), week(CEASEFIRE)
    assert 0.10 < first / before < 0.22
    ninth = week(CEASEFIRE + Duration.of(days=56))
    assert ninth / first == pytest.approx((1 + RATES.weekly_creep) ** 8, rel=0.35)


def test_hotspots_hold_their_share():
    near = [
        any(abs(float(f.lat) - latitude) <= 0.0701 for _, latitude in HOTSPOTS)
        for seed in range(1, 4)
        for f in volume(seed, RATES).firings
    ]
    along_the_line = 4 * 0.14 / (LINE[-1][0] - LINE[0][0] - 0.1)
    expected = RATES.hotspot_share + (1 - RATES.hotspot_share) * along_the_line
    assert mean(near) == pytest.approx(expected, abs=0.02)


def test_sides_claim_in_the_published_ratio():
    claims = [claim for seed in range(1, 13) for claim in claimed(seed, RATES)]
    of_one, of_the_other = (len([c for c in claims if c.actor == code]) for code in ("OSK", "VDR"))
    assert of_the_other / of_one == pytest.approx(RATES.claims_ratio, rel=0.12)


def test_no_drawn_strikes_make_an_incident_by_themselves():
    story = planned()
    for seed in range(1, 13):
        times = sorted(strike.last.us for strike in drawn(seed, RATES, story) if strike.actor in ("OSK", "FRM"))
        assert all(later - earlier >= 72 * 3_600_000_000 for earlier, later in zip(times, times[4:], strict=False))
        assert all(abs(time - one.last.us) >= QUIET.us for time in times for one in story)


def test_what_happens_in_the_territory_lies_west_of_the_line(files):
    for name in ("sources/strikes.csv", "sources/claims.csv"):
        assert all(float(row["lon"]) < line_longitude(float(row["lat"])) for row in rows(files, name))


def test_nothing_is_known_before_it_begins_or_after_the_year(files):
    for name in ("sources/firing.csv", "sources/strikes.csv"):
        for row in rows(files, name):
            assert Instant.parse(row["from"]) <= Instant.parse(row["to"]) <= Instant.parse(row["known"])
    for name in ("sources/record.acts", "sources/record-amber.acts"):
        for line in files[name].splitlines():
            known = line.rpartition(" known ")[2] if " known " in line else line.split(" ")[0]
            assert line.startswith("#") or Instant.parse(known) <= END_OF_YEAR


def test_every_shipped_file_is_named_and_every_named_file_ships():
    assert set(shipped_files()) == set(SHIPPED)
