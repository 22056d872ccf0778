"""Made-up files as large and as varied as the real ones: GED in 49 columns, GTD in 135.

Widths of the texts, shares of blank cells, of cells with line breaks, quotes and accents, and how
often places, actors and days come again are about those of UCDP GED 23.1; the words are none.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

_GED = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,"
    "deaths_unknown,best,high,low,gwnoa,gwnob"
)
_GTD = (
    "eventid,iyear,imonth,iday,approxdate,extended,resolution,country,country_txt,region,region_txt,"
    "provstate,city,latitude,longitude,specificity,vicinity,location,summary,crit1,crit2,crit3,"
    "doubtterr,alternative,alternative_txt,multiple,success,suicide,attacktype1,attacktype1_txt,"
    "attacktype2,attacktype2_txt,attacktype3,attacktype3_txt,targtype1,targtype1_txt,targsubtype1,"
    "targsubtype1_txt,corp1,target1,natlty1,natlty1_txt,targtype2,targtype2_txt,targsubtype2,"
    "targsubtype2_txt,corp2,target2,natlty2,natlty2_txt,targtype3,targtype3_txt,targsubtype3,"
    "targsubtype3_txt,corp3,target3,natlty3,natlty3_txt,gname,gsubname,gname2,gsubname2,gname3,"
    "gsubname3,motive,guncertain1,guncertain2,guncertain3,individual,nperps,nperpcap,claimed,"
    "claimmode,claimmode_txt,claim2,claimmode2,claimmode2_txt,claim3,claimmode3,claimmode3_txt,"
    "compclaim,weaptype1,weaptype1_txt,weapsubtype1,weapsubtype1_txt,weaptype2,weaptype2_txt,"
    "weapsubtype2,weapsubtype2_txt,weaptype3,weaptype3_txt,weapsubtype3,weapsubtype3_txt,weaptype4,"
    "weaptype4_txt,weapsubtype4,weapsubtype4_txt,weapdetail,nkill,nkillus,nkillter,nwound,nwoundus,"
    "nwoundte,property,propextent,propextent_txt,propvalue,propcomment,ishostkid,nhostkid,"
    "nhostkidus,nhours,ndays,divert,kidhijcountry,ransom,ransomamt,ransomamtus,ransompaid,"
    "ransompaidus,ransomnote,hostkidoutcome,hostkidoutcome_txt,nreleased,addnotes,scite1,scite2,"
    "scite3,dbsource,INT_LOG,INT_IDEO,INT_MISC,INT_ANY,related"
)
_COUNTRIES = (
    "Afghanistan,Algeria,Angola,Bangladesh,Burundi,Cameroon,Central African Republic,Chad,Colombia,"
    "DR Congo (Zaire),Egypt,Ethiopia,India,Indonesia,Iraq,Israel,Kenya,Lebanon,Libya,Mali,Mexico,"
    "Mozambique,Myanmar (Burma),Nepal,Niger,Nigeria,Pakistan,Peru,Philippines,"
    "Russia (Soviet Union),Rwanda,Somalia,South Sudan,Sri Lanka,Sudan,Syria,Turkey,Uganda,"
    "Ukraine,Yemen (North Yemen)"
)
GED, GTD, COUNTRIES = (names.split(",") for names in (_GED, _GTD, _COUNTRIES))
_LETTERS = "aaaabcdeeeefghiiijklmnnooopqrrssttuuvwxyz"


class Words:
    """Words of made-up letters, cut from one long text."""

    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        letters = chance.choice(list(_LETTERS), 2_000_000)
        letters[chance.random(len(letters)) < 0.16] = " "
        self.text = "".join(letters)

    def cells(
        self, count: int, median: float, spread: float, *,
        blank: float = 0, breaks: float = 0, accents: float = 0, quoted: float = 0,
    ) -> np.ndarray:  # fmt: skip
        """Cells of a median length; spread is the standard deviation of its logarithm."""
        draw = self.chance
        lengths = np.clip(median * np.exp(spread * draw.standard_normal(count)), 3, 2000)
        lengths[draw.random(count) < blank] = 0
        starts = draw.integers(0, len(self.text) - 2001, count)
        found = np.array(
            [self.text[a : a + n] for a, n in zip(starts, lengths.astype(int), strict=True)],
            dtype=object,
        )
        for share, change in (
            (accents, lambda cell: cell.replace("e", "é", 2)),
            (breaks, lambda cell: cell[: len(cell) // 2] + "\n" + cell[len(cell) // 2 :]),
            (quoted, lambda cell: f'"{cell[:12]},2017-09-12,{cell[12:]}"'),
        ):
            rows = np.flatnonzero((draw.random(count) < share) & (lengths > 0))
            found[rows] = [change(cell) for cell in found[rows]]
        return found


def _common(chance: np.random.Generator, names: np.ndarray, rows: int) -> np.ndarray:
    """Number names so that a few are very common and most are rare."""
    return (len(names) * chance.random(rows) ** 3).astype(int)


def _days(chance: np.random.Generator, rows: int) -> pd.Series:
    start = np.datetime64("1989-01-01") + np.sort(chance.integers(0, 12_700, rows))
    return pd.Series(start)


def ged(rows: int, seed: int = 1) -> pd.DataFrame:
    """Make up events in UCDP's layout: one low toll in a thousand is above the best."""
    chance = np.random.default_rng(seed)
    words = Words(chance)
    start = _days(chance, rows)
    lasting = np.where(chance.random(rows) < 0.2, chance.integers(1, 30, rows), 0)
    end = start + pd.to_timedelta(lasting, unit="D")
    towns = words.cells(max(rows // 6, 50), 15, 0.3, accents=0.06)
    town = _common(chance, towns, rows)
    states = np.array(COUNTRIES)[(len(COUNTRIES) * chance.random(len(towns)) ** 2).astype(int)]
    north = np.round(chance.uniform(-30, 50, len(towns)), 5)
    east = np.round(chance.uniform(-80, 120, len(towns)), 5)
    first, second = (words.cells(many, 12, 0.5, accents=0.01) for many in (700, 1000))
    region = words.cells(2500, 17, 0.2, accents=0.06)
    district = words.cells(8000, 14, 0.3, accents=0.06)
    dyad = _common(chance, first, rows)
    state, kind = states[town], chance.choice([1, 2, 3], rows, p=[0.7, 0.13, 0.17])
    side_a = np.where(kind == 1, np.char.add("Government of ", state.astype(str)), first[dyad])
    side_b = np.where(kind == 3, "Civilians", second[dyad])
    dead = np.floor(chance.pareto(1.3, (3, rows)) * 0.7).astype(int)
    best = np.maximum(dead.sum(axis=0), 1)
    low = np.where(chance.random(rows) < 0.001, best + 99, np.minimum(best, 1 + dead[0]))
    return pd.DataFrame(dict.fromkeys(GED, ""), index=range(rows)).assign(
        id=chance.permutation(rows) + 100_000,
        relid=[f"XYZ-{year}-1-{d}-{n}" for n, (year, d) in enumerate(
            zip(end.dt.year, dyad, strict=True))],
        year=end.dt.year,
        active_year=1,
        code_status="Clear",
        type_of_violence=kind,
        conflict_dset_id=dyad + 200,
        conflict_new_id=dyad + 200,
        conflict_name=state + ": Government",
        dyad_dset_id=dyad + 400,
        dyad_new_id=dyad + 400,
        dyad_name=side_a + " - " + side_b,
        side_a_dset_id=dyad + 100,
        side_a_new_id=dyad + 100,
        side_a=side_a,
        side_b_dset_id=dyad + 1000,
        side_b_new_id=dyad + 1000,
        side_b=side_b,
        number_of_sources=chance.integers(-1, 4, rows),
        source_article=words.cells(rows, 86, 0.7, breaks=0.025, accents=0.1, quoted=0.8),
        source_office=words.cells(rows, 14, 0.9, blank=0.33),
        source_date=np.where(chance.random(rows) < 0.33, "", end.dt.strftime("%Y-%m-%d")),
        source_headline=words.cells(rows, 70, 0.6, blank=0.33, breaks=0.006, accents=0.09),
        source_original=words.cells(rows, 13, 0.8, blank=0.12, breaks=0.009),
        where_prec=chance.choice(7, rows, p=[0.5, 0.2, 0.1, 0.1, 0.04, 0.05, 0.01]) + 1,
        where_coordinates=np.char.add(towns.astype(str), " town")[town],
        where_description=words.cells(rows, 22, 0.8, breaks=0.034, accents=0.06),
        adm_1=region[town % len(region)],
        adm_2=district[town % len(district)],
        latitude=north[town],
        longitude=east[town],
        geom_wkt=[f"POINT ({x} {y})" for x, y in zip(east[town], north[town], strict=True)],
        priogrid_gid=(np.floor(north * 2) * 720 + np.floor(east * 2)).astype(int)[town] + 129_961,
        country=state,
        country_id=town % 900,
        region=chance.choice(["Africa", "Asia", "Middle East", "Americas", "Europe"], rows),
        event_clarity=chance.choice([1, 2], rows, p=[0.9, 0.1]),
        date_prec=chance.choice([1, 2, 3, 4, 5], rows, p=[0.8, 0.1, 0.03, 0.05, 0.02]),
        date_start=start.dt.strftime("%Y-%m-%d"),
        date_end=end.dt.strftime("%Y-%m-%d"),
        deaths_a=dead[0],
        deaths_b=dead[1],
        deaths_civilians=dead[2],
        deaths_unknown=0,
        best=best,
        high=best + dead[0],
        low=low,
        gwnoa=np.where(kind == 1, town % 900, ""),
    )  # fmt: skip


def gtd(rows: int, seed: int = 2) -> pd.DataFrame:
    """Make up attacks in GTD's layout: many columns, most of them blank or codes."""
    chance = np.random.default_rng(seed)
    words = Words(chance)
    day = _days(chance, rows).dt
    towns = words.cells(max(rows // 5, 50), 10, 0.4, accents=0.05)
    town = _common(chance, towns, rows)
    states = np.array(COUNTRIES)[(len(COUNTRIES) * chance.random(len(towns)) ** 2).astype(int)]
    killed = np.floor(chance.pareto(1.3, rows)).astype(int)
    few = {name: words.cells(rows, 20, 0.5, blank=0.9) for name in ("gsubname", "gname2", "corp2")}
    return pd.DataFrame(dict.fromkeys(GTD, ""), index=range(rows)).assign(
        **few,
        eventid=[f"{y}{m:02d}{d:02d}{n % 10_000:04d}" for n, (y, m, d) in enumerate(
            zip(day.year, day.month, day.day, strict=True))],
        iyear=day.year,
        imonth=day.month,
        iday=day.day,
        extended=0,
        country=town % 900,
        country_txt=states[town],
        region=town % 12,
        region_txt="Sub-Saharan Africa",
        provstate=words.cells(2500, 11, 0.3, accents=0.05)[town % 2500],
        city=towns[town],
        latitude=np.round(chance.uniform(-30, 50, len(towns)), 6)[town],
        longitude=np.round(chance.uniform(-80, 120, len(towns)), 6)[town],
        specificity=chance.choice([1, 2, 3, 4, 5], rows, p=[0.8, 0.08, 0.06, 0.05, 0.01]),
        vicinity=0,
        summary=words.cells(rows, 230, 0.4, blank=0.36, accents=0.03, quoted=0.02),
        crit1=1,
        crit2=1,
        crit3=1,
        doubtterr=0,
        success=chance.choice([0, 1], rows, p=[0.1, 0.9]),
        suicide=chance.choice([0, 1], rows, p=[0.96, 0.04]),
        attacktype1=3,
        attacktype1_txt=chance.choice(["Bombing/Explosion", "Armed Assault"], rows),
        targtype1=14,
        targtype1_txt=chance.choice(["Private Citizens & Property", "Police", "Military"], rows),
        targsubtype1_txt="Unnamed Civilian/Unspecified",
        corp1=words.cells(rows, 18, 0.5, blank=0.23),
        target1=words.cells(rows, 22, 0.5),
        natlty1_txt=states[town],
        gname=words.cells(3500, 25, 0.5)[_common(chance, towns[:3500], rows) % 3500],
        motive=words.cells(rows, 90, 0.5, blank=0.72),
        guncertain1=0,
        individual=0,
        nperps=-99,
        claimed=0,
        weaptype1=6,
        weaptype1_txt=chance.choice(["Explosives", "Firearms", "Incendiary", "Unknown"], rows),
        weapsubtype1_txt="Unknown Explosive Type",
        weapdetail=words.cells(rows, 30, 0.5, blank=0.37),
        nkill=killed,
        nkillus=0,
        nkillter=np.where(chance.random(rows) < 0.1, 1 + killed // 2, 0),
        nwound=np.floor(chance.pareto(1.1, rows)).astype(int),
        nwoundus=0,
        nwoundte=0,
        property=1,
        ishostkid=0,
        addnotes=words.cells(rows, 120, 0.5, blank=0.84),
        scite1=words.cells(rows, 90, 0.3, blank=0.36, quoted=0.7),
        scite2=words.cells(rows, 90, 0.3, blank=0.58, quoted=0.7),
        scite3=words.cells(rows, 90, 0.3, blank=0.76, quoted=0.7),
        dbsource="START Primary Collection",
        INT_LOG=-9,
        INT_IDEO=-9,
        INT_MISC=0,
        INT_ANY=-9,
    )  # fmt: skip


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UCDP does: all text in quotes."""
    table.to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC)
