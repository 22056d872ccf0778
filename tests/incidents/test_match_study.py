"""Links found in simulated worlds, beside the best that can be found there.

Writes docs/studies/match.md. Run with ``python -m pytest -m study
tests/incidents/test_match_study.py``. RISKKIT_STUDY_RUNS sets the number of worlds drawn at
random, RISKKIT_STUDY_JOBS that of processes.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed

from riskkit.incidents.match import match_incidents
from tests.incidents.double_records import World, drawn_world, scores, simulate
from tests.incidents.oracle import oracle

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "match.md"
JOBS = int(os.environ.get("RISKKIT_STUDY_JOBS", "2"))
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "60"))
LEAST = 0.95
WORLDS = {
    "3,000 records, 20 countries, 600 cities, 10 years": World(),
    "noise up to 2 days and 25 km, not normal": World(normal=False, deaths="uniform"),
    "noise in both sources": World(both=True),
    "300 records": World(size=300, countries=5, cities=20, years=2),
    "300 records, 25 cities, one year": World(size=300, countries=5, cities=5, years=1),
    "spread evenly, not in cities": World(cities=0),
    "spread evenly over 200 countries": World(cities=0, countries=200),
    "5 countries": World(countries=5),
    "a fifth are doubles": World(overlap=0.2),
    "all are doubles": World(overlap=1.0),
    "eight in ten without deaths": World(zeros=0.8),
    "no actors": World(actor="missing"),
    "no deaths": World(deaths="missing"),
    "target groups, no types and methods": World(target="group", method=False),
    "no targets and methods": World(target="missing", method=False),
    "day, place and deaths only": World(
        years=20, countries=200, actor="missing", target="missing", method=False
    ),
    "a fifth follow another on its day in its city": World(bursts=0.2),
    "a tenth follow another, with its target and method": World(bursts=0.1, like=True),
    "three in ten do so, two in five are doubles": World(bursts=0.3, like=True, overlap=0.4),
    "20,000, a third in five cities": World(size=20_000, crowded=0.33, countries=100),
}

pytestmark = pytest.mark.study


def tried(world):
    """Precision and recall at best, of ours, and the precision that ours claims."""
    a, b = simulate(world)
    best = oracle(world, a, b)
    match = match_incidents(a[0], b[0])
    return (*best, *scores(match.links, a[0], b[0]), match.precision, len(match.links))


def test_links_in_simulated_worlds():
    drawn = {f"world {seed}": drawn_world(seed) for seed in range(RUNS)}
    figures = Parallel(n_jobs=JOBS, verbose=5)(
        delayed(tried)(world) for world in (WORLDS | drawn).values()
    )
    named, drawn = figures[: len(WORLDS)], np.array(figures[len(WORLDS) :])
    rows = [
        f"| {name} | " + " | ".join(f"{x:.3f}" for x in found[:5]) + " |"
        for name, found in zip(WORLDS, named, strict=True)
    ]
    named = np.array(named)
    possible = drawn[:, :2].min(axis=1) >= LEAST
    reached = drawn[:, 2:4].min(axis=1) >= LEAST
    missed = [
        f"- world {seed}: at best {p:.3f} and {r:.3f}, found {q:.3f} and {s:.3f}"
        for seed, (p, r, q, s, _, _) in enumerate(drawn)
        if possible[seed] and not reached[seed]
    ]
    behind = drawn[:, :2].min(axis=1) - drawn[:, 2:4].min(axis=1)
    links = drawn[:, 5]
    claimed = np.average(drawn[:, 4], weights=links)
    right = np.average(drawn[:, 2], weights=links)
    PAGE.write_text(
        """# Matching on simulated double records

Made by `python -m pytest -m study tests/incidents/test_match_study.py`, arguments at their
defaults. A world of attacks is drawn, two sources record a part of it each, and the links are
known. Unless said otherwise: 3,000 records a source, 60% of them doubles, 20 countries of 30
cities, sizes by Zipf's law, ten years; the second source is off by 2 days and, north and east, by
25 km (standard deviations), deaths times a lognormal factor of 0.3 and rounded; 40% without
deaths; it spells actors its own way, draws a tenth of the actors, targets and methods at random;
each source lacks 5% of the coordinates, actors and tolls.

*At best* is what the very model that made the records links at probability one half, with all its
parameters known, those of bursts too. Nothing can be expected to do better by much.

| world | precision at best | recall at best | precision | recall | precision claimed |
| --- | --- | --- | --- | --- | --- |
"""
        + "\n".join(rows)
        + f"""

## Worlds drawn at random

{RUNS} worlds of 300 to 6,000 records, with everything above drawn: 1 to 200 countries, up to 100
cities each or none, 1 to 20 years, 20% to 100% doubles, both kinds of noise in one source or both,
fields missing, wrong (up to 20%) or lost (up to 20%), bursts of attacks.

In {possible.sum()} of them precision and recall of 0.95 are possible at best. Both are reached in
{(possible & reached).sum()} of these{":" if missed else "."}

{chr(10).join(missed)}

In the other {(~possible).sum()} the records don't say enough: many attacks of one city fall in the
same days, and what else is recorded doesn't tell them apart. The lower of precision and recall
less that at best is {-behind.mean():+.4f} on average, {-behind.max():+.3f} at worst. Of all links
{claimed:.3f} are claimed to be right, {right:.3f} are.
"""
    )
    within = named[:, :2].min(axis=1) >= LEAST
    assert (named[within, 2:4] >= LEAST).all()
    assert (possible & reached).sum() >= 0.9 * possible.sum()
    assert abs(claimed - right) < 0.02
