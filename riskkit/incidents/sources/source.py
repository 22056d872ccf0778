"""What a source is: its facts, the names of its columns, and how its rows become incidents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts
from riskkit.incidents.files.records import plain

__all__ = ["Source"]


@dataclass(frozen=True, eq=False)
class Source:
    """A source of incidents.

    Parameters
    ----------
    facts : SourceFacts
        What is known about it beyond its rows.
    columns : mapping of str to sequence of str
        Short key to the names the column has had, in small letters with underscores; the first
        that is found is read.
    layouts : tuple of frozenset of str
        Sets of keys; a table that has all keys of one set is of this source.
    read : callable
        Takes `Cells` and gives the columns of the incidents table that the source has.
    id_key : str
        The key of the column of ids; a source without one has no such column.
    repeats : callable
        Takes `Cells` and tells why rows of this file share an id, or None where they should not.
    vintage : callable
        Takes a file name and gives the release it tells of, or None.
    headless : callable
        Takes the cells of a file's first line and gives the names of its columns if it is a row
        of this source, whose files have no header; else None.
    codes : mapping of str to mapping of str to str
        Column of the source to its codes and what they become, for the columns that have codes.
    """

    facts: SourceFacts
    columns: Mapping[str, Sequence[str]]
    layouts: tuple[frozenset[str], ...]
    read: Callable[[Cells], dict[str, pd.Series]]
    id_key: str = "incident_id"
    repeats: Callable[[Cells], str | None] = lambda cells: None
    vintage: Callable[[str], str | None] = lambda name: None
    headless: Callable[[Sequence[str]], Sequence[str] | None] = lambda cells: None
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The short name, as in the column ``source``."""
        return self.facts.name

    def found(self, header: Sequence[str]) -> dict[str, int]:
        """Give the position of each key's column in a header.

        Of columns that only look alike, ``Killed*`` and ``killed``, the one of that very name.
        """
        positions: dict[str, int] = {}
        for called in ([plain(name) for name in header], [name.lower() for name in header]):
            positions |= {name: place for place, name in reversed(list(enumerate(called)))}
        return {
            key: next(positions[name] for name in names if name in positions)
            for key, names in self.columns.items()
            if any(name in positions for name in names)
        }

    def missing(self, header: Sequence[str]) -> list[str]:
        """Give the columns that the nearest layout needs and a header lacks; none: it fits."""
        keys = self.found(header).keys()
        lacking = min((layout - keys for layout in self.layouts), key=len)
        return sorted(self.columns[key][0] for key in lacking)
