"""First day on which ACLED watched each country, as its coverage list tells.

ACLED began with Africa and took in the other regions later; the days here are the starts of
full coverage. A country that is not listed has no known start.
"""

__all__ = ["STARTS"]

_AFRICA = (
    "AGO BDI BEN BFA BWA CAF CIV CMR COD COG DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ KEN "
    "LBR LBY LSO MAR MDG MLI MOZ MRT MWI NAM NER NGA RWA SDN SEN SLE SOM SWZ TCD TGO TUN TZA UGA "
    "ZAF ZMB ZWE"
)
_BY_START = {
    "1997-01-01": _AFRICA,
    "2011-07-09": "SSD",
    "2010-01-01": "BGD KHM LAO LKA MMR NPL PAK THA VNM",
    "2015-01-01": "IDN SAU YEM",
    "2016-01-01": "ARE BHR IND IRN IRQ ISR JOR KWT LBN OMN PHL PSE QAT TUR",
    "2017-01-01": "AFG SYR",
    "2018-01-01": (
        "ALB ARM AZE BIH BLR GEO GRC HRV KAZ KGZ MDA MKD MNE MYS RUS SRB TJK TKM UKR UZB XKX CYP "
        "ROU BGR ARG BLZ BOL BRA CHL COL CRI CUB DOM ECU GTM GUY HND HTI JAM MEX NIC PAN PER PRY "
        "SLV SUR TTO URY VEN CHN JPN KOR MNG PRK TWN"
    ),
    "2020-01-01": (
        "USA AND AUT BEL CHE CZE DEU DNK ESP EST FIN FRA GBR HUN IRL ISL ITA LIE LTU LUX LVA MCO "
        "MLT NLD NOR POL PRT SMR SVK SVN SWE VAT BRN MDV MUS SGP TLS BTN COM CPV STP SYC"
    ),
    "2021-01-01": "AUS CAN NZL PNG FJI",
}
STARTS = {country: start for start, countries in _BY_START.items() for country in countries.split()}
