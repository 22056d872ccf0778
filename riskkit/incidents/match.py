"""The same attack in two sources: which records are one, and how sure that is."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from riskkit.errors import InvalidValueError, MissingColumnError, RiskkitWarning
from riskkit.incidents.comparison import Pairs, Side, compare, sides
from riskkit.incidents.linkage import Linkage, Window, fit_linkage, index_for
from riskkit.incidents.matched import IncidentMatch
from riskkit.incidents.sources import source_facts
from riskkit.kernels.streams import RNGLike, entropy

__all__ = ["match_incidents"]

_AT_ONCE = 2_000_000  # pairs compared at a time: about 300 MB
_FAINT = 1e-3  # odds under which a pair takes no part
_WORTH_A_LOOK = 0.05  # probability from which a pair that is no link is shown for review
_MESSAGES = 200
_CLEARLY = 3.0  # standard deviations by which agreement must exceed that of shifted records


def match_incidents(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    days: int = 7,
    km: float = 100.0,
    threshold: float = 0.5,
    rng: RNGLike = 0,
) -> IncidentMatch:
    r"""Find the attacks that two sources both record, with the probability of each link.

    Two records are held against each other by day, place, deaths, target, method and actor
    (Fellegi and Sunter's model, learned by EM, without labelled pairs). The odds that they are
    one attack are

    .. math:: \frac{s_a}{(1 - s_a)(1 - s_b)}\,
              \frac{m_{day}\, m_{km}}{\text{unrelated records expected there}}
              \prod_{fields} \frac{m}{u}

    with s the share of records that have a double, m and u the chances of such an agreement
    among doubles and among unrelated neighbours. How many unrelated records to expect is counted
    around each place in the weeks before and after, so that two records of one day in a quiet
    province weigh more than in a city with several attacks a day. A record has one double at
    most: the probabilities of its candidates compete, and links are one to one.

    Parameters
    ----------
    a, b : pandas.DataFrame
        Incidents tables of two sources, each without doubles of its own.
    days : int
        Most days apart. A date known to the week or month, and an event that ran over days, get
        as much more as they need.
    km : float
        Most km apart. A place known to its division gets more; one known to the country is
        compared by names.
    threshold : float
        Least probability of a link.
    rng : int, numpy.random.Generator or None
        Chooses the stretches of time that the model is learned from in large tables.

    Returns
    -------
    IncidentMatch
        ``links``, ``review``, ``only_a``, ``only_b``; ``merged()`` joins the two tables.

    Raises
    ------
    MissingColumnError
        If a table lacks ``incident_id`` or ``date``.
    InvalidValueError
        If ids repeat within a table.
    ValueError
        If ``days``, ``km`` or ``threshold`` is none of what is accepted.

    Warns
    -----
    RiskkitWarning
        If the sources count different things: one record of the one can be many of the other.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from riskkit.incidents.schema import conform
    >>> chance = np.random.default_rng(1)
    >>> a = conform(pd.DataFrame({"incident_id": [f"a{k}" for k in range(300)], "country": "MLI",
    ...     "date": pd.Timestamp("2017-01-01") + pd.to_timedelta(np.arange(300) * 3, unit="D"),
    ...     "latitude": chance.uniform(12, 20, 300), "longitude": chance.uniform(-8, 2, 300),
    ...     "fatalities": chance.integers(0, 20, 300)}))
    >>> b = a.iloc[100:].assign(incident_id=[f"b{k}" for k in range(100, 300)])
    >>> match = match_incidents(a, b)
    >>> len(match.links), len(match.only_a), len(match.only_b), len(match.merged())
    (200, 100, 0, 300)

    References
    ----------
    Fellegi and Sunter (1969), doi:10.1080/01621459.1969.10501049; Winkler (1988, EM), American
    Statistical Association, Survey Research Methods, 667-671; Budavari and Szalay (2008),
    doi:10.1086/587156, for odds against the crowding of the place.
    """
    if isinstance(days, bool) or not isinstance(days, int | np.integer) or not 0 <= days <= 366:
        raise ValueError(f"days is {days!r}; accepted: a whole number from 0 to 366")
    if not 0 < km <= 5000:
        raise ValueError(f"km is {km!r}; accepted: above 0, up to 5000")
    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold!r}; accepted: a probability, such as 0.5")
    for name, table in (("a", a), ("b", b)):
        _check(name, table)
    notes = _differences(a, b)
    left, right, why_a, why_b = sides(a, b)
    window, found, linkage = Window(int(days), float(km)), _nothing(), None
    if len(left.row) and len(right.row):
        learner = np.random.default_rng([entropy(rng), 0])
        linkage = fit_linkage(left, right, window, learner)
        found = _weigh(left, right, linkage)
        moved = _shifted(right, window)
        chance = _weigh(left, moved, fit_linkage(left, moved, window, learner))
        by_chance = float(chance["probability"].sum())
        if found["probability"].sum() <= by_chance + _CLEARLY * np.sqrt(by_chance + 1.0):
            # Tables that share nothing agree as often at other times, where no doubles are.
            found = found.assign(probability=0.0)
            notes = (*notes, "the records agree no more than at other times: no doubles were found")
        found["linked"] = _one_to_one(found) & (found["probability"] >= threshold)
    return _result(a, b, (left, right), (why_a, why_b), linkage, found, threshold, notes)


def _check(name: str, table: pd.DataFrame) -> None:
    for column in ("incident_id", "date"):
        if column not in table:
            raise MissingColumnError(
                f"{name} has no column {column!r}; found: {', '.join(map(str, table.columns))}; "
                "accepted: an incidents table, as read_incidents gives it"
            )
    repeated = table["incident_id"][table["incident_id"].duplicated()]
    if len(repeated) or table["incident_id"].isna().any():
        what = repr(repeated.iloc[0]) if len(repeated) else "an empty id"
        raise InvalidValueError(f"{name} has {what} more than once or empty; ids are unique")


def _differences(a: pd.DataFrame, b: pd.DataFrame) -> tuple[str, ...]:
    """Warn and note where the sources count different things."""
    names = [
        sorted(table["source"].dropna().unique()) if "source" in table else [] for table in (a, b)
    ]
    notes = []
    for one in names[0]:
        for other in names[1]:
            first, second = source_facts(one), source_facts(other)
            for what, x, y in (
                ("a row", first.unit, second.unit),
                ("deaths", first.deaths, second.deaths),
            ):
                if x != y:
                    notes.append(f"{what}: {one} has {x}; {other} has {y}")
            if first.deadly_only != second.deadly_only:
                deadly = one if first.deadly_only else other
                notes.append(f"{deadly} has deadly events only")
    kept = tuple(dict.fromkeys(notes))
    if kept:
        warnings.warn(
            "the sources count different things, so that an attack can be part of a record of the "
            f"other one and have no double: {'; '.join(kept)}",
            RiskkitWarning,
            stacklevel=3,
        )
    return kept


def _nothing() -> pd.DataFrame:
    kinds = {"first": int, "second": int, "probability": float, "days": int, "km": float}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}).assign(
        linked=pd.Series(dtype=bool)
    )


def _shifted(side: Side, window: Window) -> Side:
    """Move all records in time, so that none lies in the window of its double."""
    return replace(side, where=(side.where[0] + 2 * window.days + 3, *side.where[1:]))


def _weigh(a: Side, b: Side, linkage: Linkage) -> pd.DataFrame:
    """Weigh all pairs inside the window, some records at a time, and let candidates compete."""
    from riskkit.kernels.linkage import count_near, link_chances, near_pairs

    window = linkage.window
    edges = window.edges
    everyone = np.arange(len(a.row))
    index = index_for(a, b)
    sizes = count_near(a.where, b.where, index, everyone, -1, window.days, edges)
    parts = []
    for rows in np.split(everyone, _cuts(sizes)):
        pairs = Pairs(*near_pairs(a.where, b.where, index, rows, -1, window.days, edges))
        codes = compare(a, b, pairs, len(edges))
        weight = linkage.weight(a, b, pairs, codes)
        kept = weight > _FAINT
        part = {"first": pairs.first, "second": pairs.second, "days": pairs.days, "km": pairs.km}
        part |= {field.name: code for field, code in zip(linkage.fields, codes, strict=True)}
        parts.append(pd.DataFrame({"weight": weight, **part})[kept])
    table = pd.concat(parts, ignore_index=True)
    table["probability"] = link_chances(
        table["first"].to_numpy(),
        table["second"].to_numpy(),
        table["weight"].to_numpy(),
        len(a.row),
        len(b.row),
        _MESSAGES,
        1e-6,
    )
    return table


def _cuts(sizes: np.ndarray) -> np.ndarray:
    """Give where to cut the records so that each part has about so many pairs."""
    part = np.cumsum(sizes) // _AT_ONCE
    return np.flatnonzero(np.diff(part)) + 1


def _one_to_one(table: pd.DataFrame) -> np.ndarray:
    """Choose the set of links without a shared record whose odds have the highest product."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    chosen = np.zeros(len(table), dtype=bool)
    likely = np.flatnonzero((table["weight"] > 1) & (table["probability"] > _FAINT))
    if not len(likely):
        return chosen
    links = table.iloc[likely]
    first, second = (pd.factorize(links[name])[0] for name in ("first", "second"))
    gain = np.log(links["weight"].to_numpy())
    size = first.max() + 1, second.max() + 1
    graph = coo_array((np.ones(len(links)), (first, size[0] + second)), shape=(sum(size),) * 2)
    _, block = connected_components(graph, directed=False)
    order = np.argsort(block[first], kind="stable")
    bounds = np.flatnonzero(np.diff(block[first][order])) + 1
    for links_here in np.split(order, bounds):
        if len(links_here) == 1:
            chosen[likely[links_here]] = True
            continue
        rows, i = np.unique(first[links_here], return_inverse=True)
        columns, j = np.unique(second[links_here], return_inverse=True)
        table_here = np.zeros((len(rows), len(columns)))
        table_here[i, j] = gain[links_here]
        taken = linear_sum_assignment(table_here, maximize=True)
        pairs = np.full(table_here.shape, -1)
        pairs[i, j] = links_here
        picked = pairs[taken]
        chosen[likely[picked[picked >= 0]]] = True
    return chosen


def _result(
    a: pd.DataFrame,
    b: pd.DataFrame,
    both: tuple[Side, Side],
    why: tuple[pd.Series, pd.Series],
    linkage: Linkage | None,
    found: pd.DataFrame,
    threshold: float,
    notes: tuple[str, ...],
) -> IncidentMatch:
    worth = found[found["linked"] | (found["probability"] >= _WORTH_A_LOOK)]
    table = pd.DataFrame(
        {
            "incident_id_a": a["incident_id"].to_numpy()[both[0].row[worth["first"]]],
            "incident_id_b": b["incident_id"].to_numpy()[both[1].row[worth["second"]]],
            "probability": worth["probability"].to_numpy(),
            "days": worth["days"].to_numpy(),
            "km": worth["km"].to_numpy(float),
            **_words(worth, linkage),
            "linked": worth["linked"].to_numpy(bool),
        }
    ).astype({"incident_id_a": "str", "incident_id_b": "str"})
    table = table.sort_values(["incident_id_a", "probability"], ascending=[True, False])
    return IncidentMatch(
        a=a,
        b=b,
        pairs=table.reset_index(drop=True),
        reasons_a=why[0],
        reasons_b=why[1],
        threshold=threshold,
        expected=float(found["probability"].sum()),
        linkage=linkage,
        notes=notes,
    )


def _words(pairs: pd.DataFrame, linkage: Linkage | None) -> dict[str, np.ndarray]:
    """Give the level of each field in words."""
    if linkage is None:
        return {}
    words = {}
    for field in linkage.fields:
        names = np.array([*field.levels * field.groups, "unknown"])
        words[field.name] = names[pairs[field.name].to_numpy(int)]
    return words
