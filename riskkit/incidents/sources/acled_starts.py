"""First day on which ACLED watched each country, by its own list of February 2022.

ACLED began with Africa and took in the other regions later. The list gives years (two independent
transcriptions of it were compared; they differ on the United Arab Emirates alone, 2016 or 2017:
the later one stands here). A country that isn't listed has no known start.
"""

__all__ = ["LIST", "STARTS", "UNVERIFIED"]

LIST = (
    "ACLED, Country and Time Period Coverage, February 2022: https://acleddata.com/sites/default/"
    "files/wp-content-archive/uploads/dlm_uploads/2019/01/"
    "ACLED_Country-and-Time-Period-coverage_updatedFeb2022.pdf"
)
_AFRICA = (
    "AGO BDI BEN BFA BWA CAF CIV CMR COD COG DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ KEN "
    "LBR LBY LSO MAR MDG MLI MOZ MRT MWI NAM NER NGA RWA SDN SEN SLE SOM SWZ TCD TGO TUN TZA UGA "
    "ZAF ZMB ZWE"
)
_BY_START = {
    "1997-01-01": _AFRICA,
    # The list says 2011; before its independence South Sudan's events are Sudan's.
    "2011-07-09": "SSD",
    "2010-01-01": "BGD KHM LAO LKA MMR NPL PAK THA VNM",
    "2015-01-01": "IDN SAU YEM",
    "2016-01-01": "BHR IND IRN IRQ ISR JOR KWT LBN OMN PHL PSE QAT TUR",
    "2017-01-01": "AFG ARE SYR",
    "2018-01-01": (
        "ABW AIA ALB ARG ARM ATG AZE BES BGR BHS BIH BLM BLR BLZ BOL BRA BRB CHL CHN COL CRI CUB "
        "CUW CYM CYP DMA DOM ECU FLK GEO GLP GRC GRD GTM GUF GUY HND HRV HTI IOT JAM JPN KAZ KGZ "
        "KNA KOR LCA MAF MDA MEX MKD MNE MNG MSR MTQ MYS NIC PAN PER PRI PRK PRY ROU RUS SGS SLV "
        "SRB SUR SXM TCA TJK TKM TTO TWN UKR URY UZB VCT VEN VGB VIR XKX"
    ),
    "2020-01-01": (
        "AND AUT BEL BRN BTN CHE COM CPV CZE DEU DNK ESP EST FIN FRA FRO GBR GGY GIB GRL HUN IMN "
        "IRL ISL ITA JEY LIE LTU LUX LVA MCO MDV MLT MUS MYT NLD NOR POL PRT REU SGP SHN SMR STP "
        "SVK SVN SWE SYC TLS USA VAT"
    ),
    "2021-01-01": (
        "ASM ATA AUS BMU CAN CCK COK CXR FJI FSM GUM HMD KIR MHL MNP NCL NFK NIU NRU NZL PCN PLW "
        "PNG PYF SLB SPM TKL TON TUV UMI VUT WLF WSM"
    ),
}
STARTS = {country: start for start, countries in _BY_START.items() for country in countries.split()}
# Not on the list: its events stood under Morocco for long.
UNVERIFIED = frozenset({"ESH"})
