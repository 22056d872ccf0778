"""Which region of the world a country lies in: the UN's (M49) and GTD's.

A territory with a code of its own is listed under it. M49 has no Taiwan, which stands with its
neighbours, and no Kosovo, which stands in Southern Europe; Antarctica belongs to no region. A
state that is no more stands where today's table has the greater part of its land. GTD's codebook
names the countries that it has had attacks in; the others stand with their neighbours. It puts
Mauritius in South Asia, and files Puerto Rico under the United States.

Sources: UN Statistics Division, Standard country or area codes for statistical use (M49); START,
Global Terrorism Database codebook (2021).
"""

__all__ = ["GTD_REGIONS", "UN_REGIONS", "UN_SUBREGIONS"]

_UN = {
    "Africa": {
        "Northern Africa": "DZA EGY ESH LBY MAR SDN TUN",
        "Eastern Africa": "ATF BDI COM DJI ERI ETH IOT KEN MDG MOZ MUS MWI MYT REU RWA SOM SSD SYC"
        " TZA UGA ZMB ZWE",
        "Middle Africa": "AGO CAF CMR COD COG GAB GNQ STP TCD",
        "Southern Africa": "BWA LSO NAM SWZ ZAF",
        "Western Africa": "BEN BFA CIV CPV GHA GIN GMB GNB LBR MLI MRT NER NGA SEN SHN SLE TGO",
    },
    "Americas": {
        "Northern America": "BMU CAN GRL SPM USA",
        "Central America": "BLZ CRI GTM HND MEX NIC PAN SLV",
        "Caribbean": "ABW AIA ANT ATG BES BHS BLM BRB CUB CUW CYM DMA DOM GLP GRD HTI JAM KNA LCA"
        " MAF MSR MTQ PRI SXM TCA TTO VCT VGB VIR",
        "South America": "ARG BOL BRA BVT CHL COL ECU FLK GUF GUY PER PRY SGS SUR URY VEN",
    },
    "Asia": {
        "Central Asia": "KAZ KGZ TJK TKM UZB",
        "Eastern Asia": "CHN HKG JPN KOR MAC MNG PRK TWN",
        "South-eastern Asia": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
        "Southern Asia": "AFG BGD BTN IND IRN LKA MDV NPL PAK",
        "Western Asia": "ARE ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN PSE QAT SAU SYR TUR YEM"
        " YMD",
    },
    "Europe": {
        "Eastern Europe": "BGR BLR CSK CZE HUN MDA POL ROU RUS SUN SVK UKR",
        "Northern Europe": "ALA DNK EST FIN FRO GBR GGY IMN IRL ISL JEY LTU LVA NOR SJM SWE",
        "Southern Europe": "ALB AND BIH ESP GIB GRC HRV ITA MKD MLT MNE PRT SCG SMR SRB SVN VAT"
        " XKX YUG",
        "Western Europe": "AUT BEL CHE DDR DEU FRA LIE LUX MCO NLD",
    },
    "Oceania": {
        "Australia and New Zealand": "AUS CCK CXR HMD NFK NZL",
        "Melanesia": "FJI NCL PNG SLB VUT",
        "Micronesia": "FSM GUM KIR MHL MNP NRU PLW UMI",
        "Polynesia": "ASM COK NIU PCN PYF TKL TON TUV WLF WSM",
    },
}
_GTD = {
    "North America": "BMU CAN GRL MEX PRI SPM USA",
    "Central America & Caribbean": "ABW AIA ANT ATG BES BHS BLM BLZ BRB CRI CUB CUW CYM DMA DOM"
    " GLP GRD GTM HND HTI JAM KNA LCA MAF MSR MTQ NIC PAN SLV SXM TCA TTO VCT VGB VIR",
    "South America": "ARG BOL BRA BVT CHL COL ECU FLK GUF GUY PER PRY SGS SUR URY VEN",
    "East Asia": "CHN HKG JPN KOR MAC MNG PRK TWN",
    "Southeast Asia": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
    "South Asia": "AFG BGD BTN IND IOT LKA MDV MUS NPL PAK",
    "Central Asia": "ARM AZE GEO KAZ KGZ TJK TKM UZB",
    "Western Europe": "ALA AND AUT BEL CHE CYP DEU DNK ESP FIN FRA FRO GBR GGY GIB GRC IMN IRL ISL"
    " ITA JEY LIE LUX MCO MLT NLD NOR PRT SJM SMR SWE VAT",
    "Eastern Europe": "ALB BGR BIH BLR CSK CZE DDR EST HRV HUN LTU LVA MDA MKD MNE POL ROU RUS SCG"
    " SRB SUN SVK SVN UKR XKX YUG",
    "Middle East & North Africa": "ARE BHR DZA EGY ESH IRN IRQ ISR JOR KWT LBN LBY MAR OMN PSE QAT"
    " SAU SYR TUN TUR YEM YMD",
    "Sub-Saharan Africa": "AGO ATF BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI ERI ETH GAB GHA"
    " GIN GMB GNB GNQ KEN LBR LSO MDG MLI MOZ MRT MWI MYT NAM NER NGA REU RWA SDN SEN SHN SLE SOM"
    " SSD STP SWZ SYC TCD TGO TZA UGA ZAF ZMB ZWE",
    "Australasia & Oceania": "ASM AUS CCK COK CXR FJI FSM GUM HMD KIR MHL MNP NCL NFK NIU NRU NZL"
    " PCN PLW PNG PYF SLB TKL TON TUV UMI VUT WLF WSM",
}

UN_SUBREGIONS: dict[str, str] = {
    code: part for parts in _UN.values() for part, codes in parts.items() for code in codes.split()
}
"""ISO alpha-3 code to one of M49's 22 finest regions (the Channel Islands in Northern Europe)."""

UN_REGIONS: dict[str, str] = {
    code: whole
    for whole, parts in _UN.items()
    for codes in parts.values()
    for code in codes.split()
}
"""ISO alpha-3 code to one of M49's five continental regions."""

GTD_REGIONS: dict[str, str] = {
    code: region for region, codes in _GTD.items() for code in codes.split()
}
"""ISO alpha-3 code to one of GTD's 12 regions."""
