"""Every reason why an SBA, or a whole ZIP, is not imported.

SBA-1xx is about the file, 2xx about the client, 3xx about the content, 4xx about a conflict, 9xx about a fault of ours.
A code is never used again for something else: people quote it, years later. SBA-401 (in use by a colleague) and SBA-901
(a passing fault) are not taken: nobody edits an SBA here, and what passes is waited for without failing a record.
"""

from functools import partial
from typing import Final

from migration.files.xbrl.dialect import XbrlProblems
from migration.files.zip.rules import ZipProblems
from migration.problems import Problem, Problems

TO_SUPPORT = "Stuur de foutmelding (zonder BSN) naar support; het bestand blijft bewaard."
NEW_EXPORT = "Maak in de ECM (versie 13.0 of nieuwer) een nieuw exportbestand en upload dat."
WHOLE_FILE = "Er is niets geïmporteerd: zonder een goed bestand kunnen de SBA's niet worden gelezen."
SAME_FILE = "Hetzelfde bestand geeft dezelfde fout."
LOST_IF_IGNORED = "De SBA staat dan niet in het dossier."

# The two that are found most: a whole ZIP that is refused, and a file in it of which the SBA is lost.
refusal = partial(Problem, can_ignore=False, ignore_why=WHOLE_FILE, retry_helps=False, retry_why=SAME_FILE)
loss = partial(Problem, can_ignore=False, ignore_why=LOST_IF_IGNORED, retry_helps=False, retry_why=SAME_FILE)

NOT_A_ZIP: Final = refusal(
    "SBA-101",
    title="Geen ZIP-bestand",
    cause="Het bestand is geen ZIP-bestand: {detail}.",
    remedy=("Kies het ZIP-bestand dat de ECM heeft gemaakt.", NEW_EXPORT),
)
ZIP_DAMAGED: Final = refusal(
    "SBA-102",
    title="ZIP-bestand beschadigd",
    cause="Het ZIP-bestand is beschadigd. Maak in de ECM een nieuw exportbestand. Gevonden: {detail}.",
    remedy=(NEW_EXPORT, "Kopieer het bestand rechtstreeks, niet via e-mail."),
)
ZIP_ENCRYPTED: Final = refusal(
    "SBA-103",
    title="ZIP-bestand met wachtwoord",
    cause="Het ZIP-bestand is beveiligd met een wachtwoord.",
    remedy=("Maak in de ECM een exportbestand zonder wachtwoord en upload dat.",),
)
ZIP_TOO_LARGE: Final = refusal(
    "SBA-104",
    title="ZIP-bestand te groot of te veel bestanden",
    cause="Het ZIP-bestand is te groot: {detail}.",
    remedy=("Splits de export in de ECM per jaar en upload de delen na elkaar.",),
)
NO_SBAS: Final = refusal(
    "SBA-105",
    title="Geen SBA's in het bestand",
    cause="Er staan geen SBA's in dit ZIP-bestand. Gevonden: {found}.",
    remedy=("Kies in de ECM 'Instantie' > 'SBA's migreren naar Nextens' en upload het bestand dat daar ontstaat.",),
)
ZIP_UNSAFE: Final = refusal(
    "SBA-106",
    title="Onveilige inhoud",
    cause="Het ZIP-bestand is geweigerd omdat de inhoud onveilig is: {detail}.",
    remedy=(NEW_EXPORT, "Blijft de fout komen? Neem dan contact op met support en noem de referentie."),
)

MEMBER_ENCRYPTED: Final = loss(
    "SBA-111",
    title="Bestand met wachtwoord",
    cause="Dit bestand in de ZIP is beveiligd met een wachtwoord en kan niet worden gelezen.",
    remedy=("Maak in de ECM een exportbestand zonder wachtwoord en upload dat.",),
)
MEMBER_METHOD: Final = loss(
    "SBA-112",
    title="Onbekende compressie",
    cause="Dit bestand is ingepakt met {method}; alleen de gewone ZIP-compressie (deflate) kan worden gelezen.",
    remedy=(
        "Pak de export uit, pak hem opnieuw in met Windows ('Comprimeren naar ZIP-bestand') en upload dat bestand.",
    ),
)
MEMBER_UNSAFE: Final = loss(
    "SBA-113",
    title="Onveilig bestand in de ZIP",
    cause="Dit bestand is niet geopend: {detail}.",
    remedy=(NEW_EXPORT, TO_SUPPORT),
)
MEMBER_TOO_LARGE: Final = loss(
    "SBA-114",
    title="Bestand te groot",
    cause="Dit bestand is {size} MB; een bericht van de Belastingdienst is nooit groter dan {limit} MB.",
    remedy=(TO_SUPPORT,),
)
MEMBER_DAMAGED: Final = loss(
    "SBA-115",
    title="Bestand in de ZIP beschadigd",
    cause="Dit bestand is beschadigd: {detail}.",
    remedy=(NEW_EXPORT, TO_SUPPORT),
)
NOT_KEPT: Final = loss(
    "SBA-116",
    title="Bestand niet bewaard",
    cause="Dit bestand kon bij de import niet worden uitgepakt, en is daarom niet bewaard.",
    remedy=(NEW_EXPORT,),
)

ZIP: Final = ZipProblems(
    not_a_zip=NOT_A_ZIP,
    damaged=ZIP_DAMAGED,
    encrypted=ZIP_ENCRYPTED,
    too_large=ZIP_TOO_LARGE,
    nothing_of_ours=NO_SBAS,
    unsafe=ZIP_UNSAFE,
    member_encrypted=MEMBER_ENCRYPTED,
    member_method=MEMBER_METHOD,
    member_unsafe=MEMBER_UNSAFE,
    member_too_large=MEMBER_TOO_LARGE,
    member_damaged=MEMBER_DAMAGED,
)

CLIENT_FORMER: Final = Problem(
    "SBA-201",
    title="Voormalige klant",
    cause="Deze SBA is van een klant die in uw kantoor als voormalig staat. Zulke SBA's worden niet geïmporteerd.",
    remedy=(
        "U hoeft niets te doen.",
        "Is dit toch een klant? Kies 'Klant weer actief maken'; de SBA's worden dan opnieuw geprobeerd.",
    ),
    can_ignore=True,
    ignore_why="SBA's van voormalige klanten worden verwacht en mogen worden genegeerd.",
    retry_helps=False,
    retry_why="Opnieuw proberen helpt pas als de klant weer actief is.",
    expected=True,
)
CLIENT_UNKNOWN: Final = Problem(
    "SBA-202",
    title="Klant niet gevonden",
    cause="Er is in uw kantoor geen klant met het BSN/FI van deze SBA.",
    remedy=(
        "Kies 'Maak klant aan'; alle SBA's met dit nummer worden dan opnieuw geprobeerd.",
        "Staat de klant er al, met een verkeerd BSN/FI? Kies 'Koppel aan bestaande klant'.",
        "Bedient u deze klant niet meer? Kies 'Dit is een voormalige klant'; dat geldt ook voor latere imports.",
    ),
    can_ignore=False,
    ignore_why="De SBA kan van een klant zijn die nog niet is overgezet.",
    retry_helps=True,
    retry_why="Zodra de klant bestaat, lukt de import.",
)
CLIENT_AMBIGUOUS: Final = Problem(
    "SBA-203",
    title="Meerdere dossiers met dit BSN/FI",
    cause="Er zijn {count} klanten met het BSN/FI van deze SBA. Welk dossier bedoeld is, kan niet worden bepaald.",
    remedy=(
        "Kies 'Kies dossier', en zeg in welk dossier de SBA hoort.",
        "Hoort er maar één dossier te zijn? Voeg ze samen, of maak de klant die niet meer bediend wordt voormalig."
        " Kies daarna 'Opnieuw proberen'.",
    ),
    can_ignore=False,
    ignore_why=LOST_IF_IGNORED,
    retry_helps=True,
    retry_why="Zodra er een dossier is gekozen, of er nog maar één actief is, lukt de import.",
)
TAX_ID_INVALID: Final = loss(
    "SBA-204",
    title="BSN/FI ongeldig",
    cause="Het BSN/FI in het bericht is geen geldig nummer: {value}.",
    remedy=(TO_SUPPORT,),
)

XBRL_UNREADABLE: Final = loss(
    "SBA-301",
    title="Bericht niet te lezen",
    cause="Dit bestand is niet te lezen als bericht van de Belastingdienst (in XBRL): {detail}.",
    remedy=(TO_SUPPORT,),
)
TAXONOMY_UNKNOWN: Final = Problem(
    "SBA-302",
    title="Onbekende jaarversie van het bericht",
    cause="Het bericht is gemaakt volgens een jaarversie (taxonomie) die nog niet wordt herkend: {taxonomy}.",
    remedy=(TO_SUPPORT, "Probeer het opnieuw na een update."),
    can_ignore=False,
    ignore_why=LOST_IF_IGNORED,
    retry_helps=True,
    retry_why="Na een update kan het bericht worden gelezen.",
)
FIELD_MISSING: Final = loss(
    "SBA-303",
    title="Verplicht gegeven ontbreekt",
    cause="In het bericht ontbreekt een verplicht gegeven: {field}.",
    remedy=(TO_SUPPORT,),
)
FIELD_UNREADABLE: Final = loss(
    "SBA-304",
    title="Bedrag of datum onleesbaar",
    cause="Een gegeven in het bericht kan niet met zekerheid worden gelezen: {field}, waarde '{value}'.",
    remedy=(TO_SUPPORT,),
)
NOT_AN_SBA: Final = Problem(
    "SBA-305",
    title="Ander bericht dan een SBA",
    cause="Dit is geen Servicebericht Aanslag, maar {found}.",
    remedy=("U kunt dit record negeren.",),
    can_ignore=True,
    ignore_why="Alleen SBA's horen in deze migratie.",
    retry_helps=False,
    retry_why=SAME_FILE,
)
FIELD_CONFLICT: Final = loss(
    "SBA-306",
    title="Tegenstrijdige gegevens",
    cause="Een gegeven staat twee keer in het bericht, met verschillende waarden: {field}.",
    remedy=(TO_SUPPORT,),
)
OTHER_FORM: Final = Problem(
    "SBA-307",
    title="Aanslag in een andere vorm",
    cause="Dit lijkt een aanslag in een vorm die nog niet wordt gelezen: {found}.",
    remedy=(TO_SUPPORT, "Probeer het opnieuw na een update."),
    can_ignore=False,
    ignore_why=LOST_IF_IGNORED,
    retry_helps=True,
    retry_why="Na een update kan het bericht worden gelezen.",
)

XBRL: Final = XbrlProblems(
    unreadable=XBRL_UNREADABLE,
    other_message=NOT_AN_SBA,
    other_form=OTHER_FORM,
    missing=FIELD_MISSING,
    illegible=FIELD_UNREADABLE,
    conflict=FIELD_CONFLICT,
)

NEWER_PRESENT: Final = Problem(
    "SBA-402",
    title="Er is al een nieuwere versie aanwezig",
    cause="Een latere migratie heeft al een andere versie van deze SBA in het dossier gezet. Die is blijven staan.",
    remedy=(
        "Kies 'Toon verschillen' om te zien wat er anders is.",
        "U hoeft niets te doen, tenzij juist deze oudere versie de goede is.",
        "Is dat zo? Importeer het bestand dan opnieuw: de laatste import geldt.",
    ),
    can_ignore=True,
    ignore_why="De nieuwere versie staat in het dossier.",
    retry_helps=False,
    retry_why="De nieuwere versie blijft staan.",
)
TWICE_IN_FILE: Final = Problem(
    "SBA-403",
    title="Twee keer in dit bestand, met verschillende inhoud",
    cause="Deze SBA staat {count} keer in het ZIP-bestand, met verschillende inhoud. Welke geldt, is onduidelijk.",
    remedy=(
        "Kies 'Kies versie': u ziet wat er verschilt, en zegt welke versie geldt.",
        "Zijn het er veel? Bij 'Oorzaken' kiest u in één keer van alle de laatste in het bestand.",
        "Weet u het niet? Verwijder in de ECM de versie die niet geldt, en maak een nieuw exportbestand.",
    ),
    can_ignore=False,
    ignore_why=LOST_IF_IGNORED,
    retry_helps=False,
    retry_why="Kies eerst welke versie geldt; die wordt dan vanzelf opnieuw geprobeerd.",
)
OTHER_CHOSEN: Final = Problem(
    "SBA-404",
    title="Andere versie gekozen",
    cause="Deze SBA staat vaker in het ZIP-bestand, met verschillende inhoud. Uw kantoor koos een andere versie.",
    remedy=(
        "U hoeft niets te doen.",
        "Is dit toch de goede versie? Importeer dan een ZIP-bestand waarin alleen deze versie staat: de laatste"
        " import geldt.",
    ),
    can_ignore=True,
    ignore_why="Er is gekozen welke versie geldt.",
    retry_helps=False,
    retry_why="De keuze blijft staan.",
    expected=True,
)

UNEXPECTED: Final = Problem(
    "SBA-902",
    title="Onverwachte fout",
    cause="Er ging bij ons iets mis met dit bestand. De andere bestanden zijn gewoon verwerkt. Kenmerk: {reference}.",
    remedy=("Importeer het bestand later opnieuw.", TO_SUPPORT),
    can_ignore=False,
    ignore_why=LOST_IF_IGNORED,
    retry_helps=True,
    retry_why="Na een herstel van onze kant lukt de import.",
)
STOPS_THE_IMPORT: Final = loss(
    "SBA-903",
    title="Dit bestand laat de import stoppen",
    cause="De verwerking stopte een paar keer op dit bestand. Het is niet geïmporteerd, zodat de andere verder konden.",
    remedy=(TO_SUPPORT,),
)

OF_THE_ROAD: Final = Problems(unexpected=UNEXPECTED, fatal=STOPS_THE_IMPORT, twice=TWICE_IN_FILE, not_kept=NOT_KEPT)
"""What the road itself finds."""
