"""Small made-up files in the layouts of the sources: headers as published, rows invented."""

import csv
import io
from collections.abc import Iterable, Mapping

GTD = ["eventid", "iyear", "imonth", "iday", "approxdate", "extended", "resolution", "country", "country_txt", "region", "region_txt", "provstate", "city", "latitude", "longitude", "specificity", "vicinity", "location", "summary", "crit1", "crit2", "crit3", "doubtterr", "alternative", "alternative_txt", "multiple", "success", "suicide", "attacktype1", "attacktype1_txt", "attacktype2", "attacktype2_txt", "attacktype3", "attacktype3_txt", "targtype1", "targtype1_txt", "targsubtype1", "targsubtype1_txt", "corp1", "target1", "natlty1", "natlty1_txt", "targtype2", "targtype2_txt", "targsubtype2", "targsubtype2_txt", "corp2", "target2", "natlty2", "natlty2_txt", "targtype3", "targtype3_txt", "targsubtype3", "targsubtype3_txt", "corp3", "target3", "natlty3", "natlty3_txt", "gname", "gsubname", "gname2", "gsubname2", "gname3", "gsubname3", "motive", "guncertain1", "guncertain2", "guncertain3", "individual", "nperps", "nperpcap", "claimed", "claimmode", "claimmode_txt", "claim2", "claimmode2", "claimmode2_txt", "claim3", "claimmode3", "claimmode3_txt", "compclaim", "weaptype1", "weaptype1_txt", "weapsubtype1", "weapsubtype1_txt", "weaptype2", "weaptype2_txt", "weapsubtype2", "weapsubtype2_txt", "weaptype3", "weaptype3_txt", "weapsubtype3", "weapsubtype3_txt", "weaptype4", "weaptype4_txt", "weapsubtype4", "weapsubtype4_txt", "weapdetail", "nkill", "nkillus", "nkillter", "nwound", "nwoundus", "nwoundte", "property", "propextent", "propextent_txt", "propvalue", "propcomment", "ishostkid", "nhostkid", "nhostkidus", "nhours", "ndays", "divert", "kidhijcountry", "ransom", "ransomamt", "ransomamtus", "ransompaid", "ransompaidus", "ransomnote", "hostkidoutcome", "hostkidoutcome_txt", "nreleased", "addnotes", "scite1", "scite2", "scite3", "dbsource", "INT_LOG", "INT_IDEO", "INT_MISC", "INT_ANY", "related"]
GTD_1993 = [
    name
    for name in GTD
    if not name.startswith(("targsubtype", "INT_")) and name not in ("individual", "related")
]
ACLED_2023 = ["event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp"]
ACLED_ACTORS = [name for name in ACLED_2023 if name not in ("actor2", "assoc_actor_2", "inter2")]
ACLED_2018 = ["data_id", "iso", "event_id_cnty", "event_id_no_cnty", "event_date", "year", "time_precision", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "timestamp", "iso3"]
ACLED_OLD = ["GWNO", "EVENT_ID_CNTY", "EVENT_ID_NO_CNTY", "EVENT_DATE", "YEAR", "TIME_PRECISION", "EVENT_TYPE", "ACTOR1", "ALLY_ACTOR_1", "INTER1", "ACTOR2", "ALLY_ACTOR_2", "INTER2", "INTERACTION", "COUNTRY", "ADMIN1", "ADMIN2", "ADMIN3", "LOCATION", "LATITUDE", "LONGITUDE", "GEO_PRECISION", "SOURCE", "NOTES", "FATALITIES"]
UCDP_231 = ["id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"]
RAND = ["Date", "City", "Country", "Perpetrator", "Weapon", "Injuries", "Fatalities", "Description"]

BOMB = {
    "eventid": "201706180001", "iyear": 2017, "imonth": 6, "iday": 18, "country": 123,
    "country_txt": "Mali", "provstate": "Koulikoro", "city": "Dougourakoro",
    "latitude": 12.64, "longitude": -7.82, "specificity": 1, "success": 1, "suicide": 0,
    "attacktype1": 2, "attacktype1_txt": "Armed Assault", "targtype1": 18,
    "targtype1_txt": "Tourists", "gname": "JNIM", "weaptype1": 5, "weaptype1_txt": "Firearms",
    "nkill": 9, "nkillter": 4, "nwound": 2, "nhostkid": 36, "nperps": -99,
}  # fmt: skip
RAID = {
    "event_id_cnty": "MLI1234", "data_id": 7, "event_date": "2022-02-23", "year": 2022,
    "time_precision": 1, "event_type": "Violence against civilians", "sub_event_type": "Attack",
    "actor1": "JNIM", "inter1": "Rebel group", "actor2": "Civilians (Mali)",
    "inter2": "Civilians", "country": "Mali", "admin1": "Mopti", "location": "Bankass",
    "latitude": 14.07, "longitude": -3.52, "geo_precision": 1, "fatalities": 3,
    "notes": "Armed men\ncame, at night", "source": "a \"paper\"",
}  # fmt: skip
FIGHT = {
    "id": 500123, "relid": "MLI-2022-1-1-1", "year": 2022, "active_year": "True",
    "code_status": "Clear", "type_of_violence": 1, "side_a": "Government of Mali",
    "side_b": "JNIM", "number_of_sources": -1, "where_prec": 1, "where_coordinates": "Bankass",
    "adm_1": "Mopti", "latitude": 14.07, "longitude": -3.52, "country": "Mali",
    "date_prec": 1, "date_start": "2022-02-21", "date_end": "2022-02-23", "deaths_a": 4,
    "deaths_b": 1, "deaths_civilians": 0, "deaths_unknown": 0, "best": 5, "high": 7, "low": 5,
    "source_article": "\"A paper,\n2022-02-24\"",
}  # fmt: skip
BLAST = {
    "Date": "9-Feb-68", "City": "Buenos Aires", "Country": "Argentina",
    "Perpetrator": "Unknown", "Weapon": "Firearms", "Injuries": 0, "Fatalities": 0,
    "Description": "ARGENTINA.  Shots, from a car",
}  # fmt: skip


def text(header: list[str], rows: Iterable[Mapping[str, object]], **dialect: str) -> str:
    """Write rows as delimited text; what a row doesn't give is blank."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=dialect.pop("lineterminator", "\n"), **dialect)  # type: ignore[arg-type]
    writer.writerow(header)
    keys = [name.lower() for name in header]
    for row in rows:
        lower = {name.lower(): value for name, value in row.items()}
        writer.writerow([lower.get(key, "") for key in keys])
    return out.getvalue()
