"""Countries and territories by their usual English names: most files need no other word list."""

__all__ = ["STANDARD"]

_CODED = """
AFG afghanistan; ALB albania; DZA algeria; ASM american samoa; AND andorra; AGO angola; AIA
anguilla; ATG antigua and barbuda, antigua barbuda; ARG argentina; ARM armenia; ABW aruba; AUS
australia; AUT austria; AZE azerbaijan; BHS bahamas, the bahamas; BHR bahrain; BGD bangladesh; BRB
barbados; BLR belarus; BEL belgium; BLZ belize; BEN benin; BMU bermuda; BTN bhutan; BOL bolivia; BIH
bosnia and herzegovina; BWA botswana; BRA brazil; BRN brunei, brunei darussalam; BGR bulgaria; BFA
burkina faso; BDI burundi; CPV cape verde, cabo verde; KHM cambodia; CMR cameroon; CAN canada; CYM
cayman islands; CAF central african republic; TCD chad; CHL chile; CHN china; COL colombia; COM
comoros; COK cook islands; CRI costa rica; CIV cote d ivoire, côte d ivoire; HRV croatia; CUB cuba;
CUW curacao, curaçao; CYP cyprus; CZE czech republic, czechia; DNK denmark; DJI djibouti; DMA
dominica; DOM dominican republic; ECU ecuador; EGY egypt; SLV el salvador; GNQ equatorial guinea;
ERI eritrea; EST estonia; SWZ eswatini; ETH ethiopia; FRO faroe islands; FJI fiji; FIN finland; FRA
france; GUF french guiana; PYF french polynesia; GAB gabon; GMB gambia; GEO georgia; DEU germany;
GHA ghana; GIB gibraltar; GRC greece; GRL greenland; GRD grenada; GLP guadeloupe; GUM guam; GTM
guatemala; GGY guernsey; GIN guinea; GNB guinea bissau; GUY guyana; HTI haiti; HND honduras; HUN
hungary; ISL iceland; IND india; IDN indonesia; IRN iran; IRQ iraq; IRL ireland; ISR israel; ITA
italy; JAM jamaica; JPN japan; JEY jersey; JOR jordan; KAZ kazakhstan; KEN kenya; KIR kiribati; KWT
kuwait; KGZ kyrgyzstan, kyrgyz republic; LAO laos; LVA latvia; LBN lebanon; LSO lesotho; LBR
liberia; LBY libya; LIE liechtenstein; LTU lithuania; LUX luxembourg; MDG madagascar; MWI malawi;
MYS malaysia; MDV maldives; MLI mali; MLT malta; MHL marshall islands; MTQ martinique; MRT
mauritania; MUS mauritius; MYT mayotte; MEX mexico; MDA moldova; MCO monaco; MNG mongolia; MNE
montenegro; MSR montserrat; MAR morocco; MOZ mozambique; MMR myanmar; NAM namibia; NRU nauru; NPL
nepal; NLD netherlands, the netherlands; NCL new caledonia; NZL new zealand; NIC nicaragua; NER
niger; NGA nigeria; MNP northern mariana islands; NOR norway; OMN oman; PAK pakistan; PLW palau; PAN
panama; PRY paraguay; PER peru; PHL philippines; POL poland; PRT portugal; PRI puerto rico; QAT
qatar; REU reunion, réunion; ROU romania; RUS russia, russian federation; RWA rwanda; SHN saint
helena; BLM saint barthelemy; KNA saint kitts and nevis; LCA saint lucia; VCT saint vincent and the
grenadines, st vincent and the grenadines; WSM samoa; SMR san marino; STP sao tome and principe, são
tomé and príncipe; SAU saudi arabia; SEN senegal; SRB serbia; SYC seychelles; SLE sierra leone; SGP
singapore; SVK slovakia, slovak republic; SVN slovenia; SLB solomon islands; SOM somalia; ZAF south
africa; SSD south sudan; ESP spain; LKA sri lanka; SDN sudan; SUR suriname; SWE sweden; CHE
switzerland; SYR syria, syrian arab republic; TWN taiwan; TJK tajikistan; TZA tanzania; THA
thailand; TLS timor leste; TGO togo; TON tonga; TTO trinidad and tobago; TUN tunisia; TUR turkey,
türkiye; TKM turkmenistan; TCA turks and caicos islands; TUV tuvalu; UGA uganda; UKR ukraine; ARE
united arab emirates; GBR united kingdom; USA united states, united states of america; URY uruguay;
UZB uzbekistan; VUT vanuatu; VEN venezuela; VNM vietnam, viet nam; VIR u s virgin islands, us virgin
islands; YEM yemen; ZMB zambia; ZWE zimbabwe
"""

STANDARD: dict[str, str] = {
    name.strip(): entry.split()[0]
    for entry in " ".join(_CODED.split()).split("; ")
    for name in entry[4:].split(",")
}
"""Name in small letters without marks, to ISO 3166-1 alpha-3."""
