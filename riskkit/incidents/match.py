"""The same attack in two sources: which records are one, and how sure that is."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from riskkit.errors import InvalidValueError, MissingColumnError, RiskkitWarning
from riskkit.incidents.linking.comparison import Side, sides
from riskkit.incidents.linking.learning import fit_linkage
from riskkit.incidents.linking.linkage import FAINT, Linkage, Window
from riskkit.incidents.matched import IncidentMatch
from riskkit.incidents.schema import as_dates
from riskkit.incidents.sources import source_facts
from riskkit.kernels.streams import RNGLike, entropy

__all__ = ["match_incidents"]

_WORTH_A_LOOK = 0.05  # probability from which a pair that is no link is shown for review
_MESSAGES = 200
_CLEARLY = 3.0  # standard deviations by which agreement must exceed that of shifted records


def match_incidents(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    days: int = 10,
    km: float = 150.0,
    threshold: float = 0.5,
    rng: RNGLike = 0,
) -> IncidentMatch:
    r"""Find the attacks that two sources both record, with the probability of each link.

    Two records are held against each other by day, place, deaths, target, method and actor
    (Fellegi and Sunter's model, learned by EM, without labelled pairs). The odds that they are
    one attack are

    .. math:: \frac{s_a}{(1 - s_a)(1 - s_b)}\,
              \frac{m_{day}\, m_{km} \prod_{fields} m}
                   {\text{crowd} \prod_{fields} u + \text{burst} \prod_{fields} v}

    with s the share of records that have a double and m, u and v the chances of such an agreement
    among doubles, among unrelated neighbours, and among unrelated attacks of one burst. The crowd
    is how many unrelated records to expect there. It is counted around each place in the weeks and
    years before and after, so that two records of one day in a quiet province weigh more than in a
    city with several attacks a day. More are expected where attacks come in bursts: how many more,
    and how much alike they are, is seen within each table, which has no doubles. A record has one
    double at most: the probabilities of its candidates compete, and links are one to one.

    No pair is evidence of itself: what doubles have in common is learned from the others, so that
    small tables are not too sure.

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
        If ids repeat within a table, or dates can't be read.
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
    a, b = _checked("a", a), _checked("b", b)
    notes = _differences(a, b)
    left, right, why_a, why_b = sides(a, b)
    turned = _turned(left, right, a, b)
    one, other = (right, left) if turned else (left, right)
    window, found, linkage = Window(int(days), float(km)), _nothing(), None
    if len(left.row) and len(right.row):
        learner = np.random.default_rng([entropy(rng), 0])
        linkage, doubles = fit_linkage(one, other, window, learner)
        _, by_chance = fit_linkage(one, _shifted(one, other, window), window, learner)
        if doubles > by_chance + _CLEARLY * np.sqrt(by_chance + 1.0):
            linkage = linkage.everywhere(one, other)
            found = _weigh(one, other, linkage)
            found["linked"] = _one_to_one(found, threshold)
        else:
            # Tables that share nothing agree as often at other times, where no doubles are.
            notes = (*notes, "the records agree no more than at other times: no doubles were found")
            found = found.reindex(columns=[*found, *(field.name for field in linkage.fields)])
    if turned:
        found = found.rename(columns={"first": "second", "second": "first"})
        found["days"] = -found["days"]
    return _result(a, b, (left, right), (why_a, why_b), linkage, found, threshold, notes)


def _turned(left: Side, right: Side, a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Tell which table is held against the other, so that a with b gives what b with a does."""
    ids = [
        list(table["incident_id"].iloc[side.row[:1000]]) for side, table in ((left, a), (right, b))
    ]
    return (len(left.row), ids[0]) > (len(right.row), ids[1])


def _checked(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Give the table with ids as text and dates as dates, however they were kept."""
    for column in ("incident_id", "date"):
        if column not in table:
            raise MissingColumnError(
                f"{name} has no column {column!r}; found: {', '.join(map(str, table.columns))}; "
                "accepted: an incidents table, as read_incidents gives it"
            )
    table = table.astype({"incident_id": "str"})
    table = table.assign(date=as_dates(table["date"], f"column 'date' of {name}"))
    repeated = table["incident_id"][table["incident_id"].duplicated()]
    if len(repeated) or table["incident_id"].isna().any():
        what = repr(repeated.iloc[0]) if len(repeated) else "an empty id"
        raise InvalidValueError(f"{name} has {what} more than once or empty; ids are unique")
    return table


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


def _shifted(a: Side, b: Side, window: Window) -> Side:
    """Move the records of b in time, so that none lies in the window of its double."""
    slack = int(a.where[1].max() + b.where[1].max())
    off = 2 * (window.days + slack) + 3
    index = (*b.index[:4], b.index[4] + off, *b.index[5:])
    return replace(b, where=(b.where[0] + off, *b.where[1:]), index=index)


def _weigh(a: Side, b: Side, linkage: Linkage) -> pd.DataFrame:
    """Weigh the pairs inside the window and let the candidates of each record compete."""
    from riskkit.kernels.linkage import link_chances

    pairs, codes, weight = linkage.likely(a, b, np.arange(len(a.row)), FAINT)
    table = pd.DataFrame(
        {"first": pairs.first, "second": pairs.second, "days": pairs.days, "km": pairs.km}
        | {field.name: code for field, code in zip(linkage.fields, codes, strict=True)}
    )
    table["probability"] = link_chances(
        pairs.first, pairs.second, weight, len(a.row), len(b.row), _MESSAGES, 1e-6
    )
    return table


def _one_to_one(table: pd.DataFrame, threshold: float) -> np.ndarray:
    """Choose links above the threshold, none of which share a record: most right ones expected."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    probability = table["probability"].to_numpy()
    chosen = probability >= threshold
    rows = np.flatnonzero(chosen)
    twice = np.zeros(len(rows), dtype=bool)
    for name in ("first", "second"):
        twice |= table[name].iloc[rows].duplicated(keep=False).to_numpy()
    # Links that share no record with another stand; the records of the others are assigned.
    rivals = rows[twice]
    if not len(rivals):
        return chosen
    first, second = (pd.factorize(table[name].iloc[rivals])[0] for name in ("first", "second"))
    size_a, size_b = int(first.max()) + 1, int(second.max()) + 1
    # A column for each record of a to stay alone in, at almost no gain.
    alone = np.arange(size_a)
    gain = np.concatenate([probability[rivals], np.full(size_a, 1e-9)])
    row = np.concatenate([first, alone])
    column = np.concatenate([second, size_b + alone])
    # Up to scipy 1.14 the assignment takes positions of 32 bits only.
    places = (row.astype(np.int32), column.astype(np.int32))
    graph = csr_array((gain, places), shape=(size_a, size_b + size_a))
    taken_a, taken_b = min_weight_full_bipartite_matching(graph, maximize=True)
    partner = np.full(size_a, -1)
    partner[taken_a] = taken_b
    chosen[rivals] = partner[first] == second
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
