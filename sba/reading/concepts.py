"""Which names the Belastingdienst gives to what we read: data, not code (domain.md §1.1, §1.2, §1.4, §1.5).

Names are matched exactly. A message also lists earlier assessments, in facts whose names end like these
(TaxAssessmentProvisionalNoticeOfAssessmentDate); matching by suffix would take those for this one.
"""

import re
from typing import Final

LAST_TAXONOMY: Final = 20  # the last one published when this was written; later ones are read if they fit

# Field → local names, in order of preference.
TAX: Final = ("TaxAppropriation",)
YEAR: Final = ("FiscalYear",)
PERIOD: Final = ("NoticeOfAssessmentPeriod",)
ASSESSMENT_NUMBER: Final = ("NoticeOfAssessmentNumber",)
DATED_ON: Final = ("NoticeOfAssessmentDate",)
OBJECTION_DEADLINE: Final = ("ObjectionDeadlineDate",)
AMOUNT: Final = (
    "TaxAssessmentAmount",
    "TaxAssessmentTotalAmountToBePaid",
    "ValueAddedTaxAmountDue",
    "EstablishedTotalAmountNew",
    "TaxAssessmentAmountWithInterest",
    "HealthInsuranceTaxAssessmentContribution",
    "ProvisionalTaxAssessmentAmountNew",
)
BALANCE: Final = (
    "TaxAssessmentAmountToBeReceivedToBePaidBalance",
    "AmountDue",
    "NewEstablishedBalanceToBePaidToBeReceived",
)
NAME: Final = ("NameAddressTaxpayer", "TaxpayerNameAddress", "TaxpayerNameAddress1")

INCOME_TAX_TYPE: Final = "MessageTypeProfileIncomeTaxHealthInsuranceLaw"
CORPORATION_TAX_TYPE: Final = "MessageTypeProfileCorporationTaxAssessment"
CORPORATION_TAX_DECREASE: Final = "MessageTypeProfileCorporationTaxDecrease"
VAT_TYPE: Final = "MessageTypeProfileValueAddedTax"
DISPOSAL_TYPE: Final = "DisposalType"
KIND_CODES: Final = (INCOME_TAX_TYPE, CORPORATION_TAX_TYPE, CORPORATION_TAX_DECREASE, VAT_TYPE, DISPOSAL_TYPE)

# Flags that tell the kind where no code does.
KIND_FLAGS: Final = {
    "TaxAssessmentOfficialFinal": "definitief",
    "TaxAssessmentProvisionalFirst": "voorlopig",
    "TaxAssessmentProvisionalRequest": "voorlopig",
    "TaxAssessmentProvisionalCancellation": "voorlopig",
    "TaxAssessmentProvisionalCheck": "voorlopig",
    "TaxAssessmentProvisionalManual": "voorlopig",
    "TaxAssessmentProvisionalFirstBasisTaxReturn": "voorlopig",
    "TaxAssessmentProvisionalAutomatic": "voorlopig",
}

# (concept, code without leading zeros) → kind. The codes 1-9 mean different things per concept.
_INCOME_TAX: Final = {
    "16": "voorlopig",
    "20": "definitief",
    "30": "vermindering",  # of a voorlopige
    "31": "vermindering",  # of a definitieve
    "32": "vermindering",  # of a navordering
    "34": "vermindering",  # after middeling
    "35": "vermindering",  # after carry back
    "36": "navordering",
    "38": "vermindering",  # of a navordering, after middeling
}
_CORPORATION_TAX: Final = {
    "1": "definitief",
    "2": "definitief",  # ambtshalve
    "3": "navordering",
    "4": "voorlopig",
    "5": "voorlopig",  # ambtshalve
    "6": "voorlopig",  # automatic
}
_CORPORATION_TAX_DECREASE: Final = {
    **dict.fromkeys("1234567", "vermindering"),
    "8": "teruggaaf",  # voorlopige teruggave because of a loss
    # 9, invordering of such a teruggave, is none of our kinds: it stays 'onbekend' with its code
}
KINDS: Final = {
    **{(INCOME_TAX_TYPE, code): kind for code, kind in _INCOME_TAX.items()},
    **{(CORPORATION_TAX_TYPE, code): kind for code, kind in _CORPORATION_TAX.items()},
    **{(CORPORATION_TAX_DECREASE, code): kind for code, kind in _CORPORATION_TAX_DECREASE.items()},
    **{(DISPOSAL_TYPE, code): kind for code, kind in _INCOME_TAX.items()},
}
UNKNOWN_KIND: Final = "onbekend"

# The letter of TaxAppropriation and of the assessment number → tax. N: gemoedsbezwaarden, P: conserverend.
TAX_BY_LETTER: Final = {
    "H": "IB", "N": "IB", "P": "IB", "W": "ZVW", "V": "VPB", "B": "OB", "F": "OB", "O": "OB",
}  # fmt: skip
TAX_BY_ENTRYPOINT: Final = {"ih": "IB", "ihz": "IB", "zvw": "ZVW", "vpb": "VPB", "ob": "OB"}
# For OB the letter tells the kind; its digits are a period, not a status.
KIND_BY_LETTER: Final = {"F": "naheffing", "O": "teruggaaf"}
LETTERS_WITH_STATUS: Final = "HNPWV"

# The file name that schemaRef points to. It is matched, never fetched.
SBA_ENTRYPOINT: Final = re.compile(r"(?:bd-rpt|rpt-bd)-(?P<tax>ihz|ih|zvw|vpb|ob)-sba-[0-9]{4}(?:-ext[0-9])?\.xsd")
# Other messages by a part of that name, the most telling part first, and what they are.
OTHER_MESSAGES: Final = (
    ("uitstel-sba", "een Servicebericht Uitstel"),
    ("sbt", "een Servicebericht Toeslagen"),
    ("toeslag", "een bericht over toeslagen"),
    ("verzoekwijzigingva", "een verzoek om wijziging van een voorlopige aanslag"),
    ("suppletie", "een suppletie omzetbelasting"),
    ("icp", "een opgaaf intracommunautaire prestaties (ICP)"),
    ("ob-aangifte", "een aangifte omzetbelasting"),
    ("vpb-aangifte", "een aangifte vennootschapsbelasting"),
    ("ihz-aangifte", "een aangifte inkomstenbelasting"),
    ("aangifte", "een aangifte"),
    ("opgaaf", "een opgaaf"),
    ("uitstel", "een uitstelbericht"),
    ("-via-", "een vooringevulde aangifte"),
    ("frc-", "een financiële rapportage"),
    ("kvk-rpt", "een jaarrekening voor de Kamer van Koophandel"),
)

# The scheme of an identifier that is a BSN or RSIN. The Belastingdienst writes it without http:// and with www, and one
# path for each register (www.belastingdienst.nl/identificatie, …/omzetbelastingnummer; domain.md §1.3).
TAX_REGISTER: Final = re.compile(r"\s*(?:https?://)?(?:www\.)?belastingdienst\.nl(?:[/?#\s]|\Z)", re.IGNORECASE)

# The dimensions of what the message is about; leaving them out says the same (domain.md §1.4: the cube of an SBA).
OWN_MEMBERS: Final = frozenset({
    ("PartyDimension", "Declarant"), ("PartyDimension", "Company"), ("TimeDimension", "Current"),
})  # fmt: skip

# How a field is called in a message to the user.
_LABELS: Final = {
    TAX: "Belasting",
    YEAR: "Belastingjaar",
    PERIOD: "Aanslagtijdvak",
    ASSESSMENT_NUMBER: "Aanslagnummer",
    DATED_ON: "Dagtekening",
    OBJECTION_DEADLINE: "Uiterste bezwaardatum",
    AMOUNT: "Bedrag van de aanslag",
    BALANCE: "Saldo",
    NAME: "Naam",
    (*KIND_CODES, *KIND_FLAGS): "Soort aanslag",
}
LABEL_OF: Final = {name: label for names, label in _LABELS.items() for name in names}

# Every fact that is looked at in each message; the flags only where they are needed.
NAMES: Final = tuple(name for name in LABEL_OF if name not in KIND_FLAGS)
