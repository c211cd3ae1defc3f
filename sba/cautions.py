"""Every warning about an SBA that is imported all the same. A code is never used again for something else.

W-103 (no active authorisation) and W-104 (fetching is off) are kept free for when the portal knows authorisations.
"""

from typing import Final

from migration.problems import Caution

TERM_RUNS: Final = Caution(
    "W-101",
    title="Bezwaartermijn loopt",
    meaning="Tegen deze aanslag kan nog bezwaar worden gemaakt, t/m {until}.",
)
TERM_ENDED: Final = Caution(
    "W-102",
    title="Bezwaartermijn verlopen",
    meaning="Bezwaar was mogelijk t/m {until}. Een later bezwaar is te laat; de inspecteur kan het hooguit ambtshalve"
    " behandelen.",
    everyday=True,
)
DOUBLE_DOSSIER: Final = Caution(
    "W-105",
    title="Dubbel dossier",
    meaning="Uw kantoor heeft meer dan één dossier met dit BSN/FI. De SBA hoort bij het dossier dat actief is; zijn er"
    " meer actief, dan bij het dossier dat is gekozen. Voeg ze zo mogelijk samen.",
)
SAME_IN_OTHER_BYTES: Final = Caution(
    "W-112",
    title="Zelfde inhoud, ander bestand",
    meaning="Deze SBA is er al, uit een ander bestand dat precies hetzelfde zegt. Er is niets overschreven; het eerste"
    " bestand blijft bewaard.",
    everyday=True,
)
STATUS_KEPT: Final = Caution(
    "W-106",
    title="Status behouden",
    meaning="Deze SBA stond al in het dossier, met een andere status dan u voor deze migratie koos. Die status is niet"
    " gewijzigd.",
)
NUMBER_DIFFERS: Final = Caution(
    "W-107",
    title="Nummers verschillen",
    meaning="Het nummer in het aanslagnummer is een ander dan dat van de belastingplichtige. Het laatste telt.",
)
YEAR_DIFFERS: Final = Caution(
    "W-108",
    title="Jaren verschillen",
    meaning="Het jaar in het aanslagnummer is een ander dan het belastingjaar. Het laatste telt.",
)
TAX_DIFFERS: Final = Caution(
    "W-109",
    title="Belasting op twee manieren",
    meaning="De belasting staat op twee manieren in het bericht. De letter in het bericht telt.",
)
KIND_DIFFERS: Final = Caution(
    "W-110",
    title="Soort aanslag op twee manieren",
    meaning="De soort aanslag staat op twee manieren in het bericht, en is daarom 'onbekend'.",
)
NAME_DIFFERS: Final = Caution(
    "W-111",
    title="Naam op twee manieren",
    meaning="De naam staat op twee manieren in het bericht, en is daarom weggelaten. De klant is op nummer gevonden.",
)
MESSAGE_UNKNOWN: Final = Caution(
    "W-113",
    title="Soort bericht onbekend",
    meaning="Het bericht zegt niet, of niet op een bekende manier, dat het een SBA is. De gegevens van een aanslag"
    " staan er wel in, en zijn geïmporteerd. Kijk of het een aanslag van deze klant is.",
)
