"""What the acts of a migration are called: in the office's audit trail ('Logboek'), and in the history of a run."""

from enum import unique
from typing import Final

from portal.models import Action, ActionGroup

MIGRATION: Final = ActionGroup("migratie", "Migratie")
TAKEN_AWAY: Final = ActionGroup("gegevens", "Gegevens ingezien en gedownload")


@unique
class MigrationAction(Action):
    """What users do to a migration and its records, and what they take away of it."""

    RUN_UPLOAD = "run.upload", MIGRATION, "Bestand geüpload"
    RUN_REPEAT = "run.repeat", MIGRATION, "Import herhaald", "{actor} herhaalde deze migratie met hetzelfde bestand."
    RUN_DISCARD = "run.discard", MIGRATION, "Bestand weggegooid"
    RUN_CONFIRM = "run.confirm", MIGRATION, "Import gestart"
    CHECK_TICK = "check.tick", MIGRATION, "Controle vooraf afgevinkt"
    CHECK_UNTICK = "check.untick", MIGRATION, "Controle vooraf teruggenomen"
    RUN_STOP = "run.stop", MIGRATION, "Import gestopt"
    RUN_RESUME = "run.resume", MIGRATION, "Import hervat"
    RUN_UNDO = "run.undo", MIGRATION, "Import teruggedraaid"
    RUN_RENAME = "run.rename", MIGRATION, "Naam van migratie gewijzigd"
    RUN_GAVE_UP = "run.gave_up", MIGRATION, "Gestopt door een fout van ons"
    RUN_FILE_REMOVED = "run.file_removed", MIGRATION, "ZIP-bestand verwijderd", "{actor} verwijderde het ZIP-bestand."
    RUN_RECORDS_REMOVED = (
        "run.records_removed",
        MIGRATION,
        "Records verwijderd na de bewaartermijn",
        "{actor} verwijderde de records: hun bewaartermijn was voorbij.",
    )
    RECORD_RETRY = "record.retry", MIGRATION, "Opnieuw geprobeerd"
    RECORD_IGNORE = "record.ignore", MIGRATION, "Genegeerd"
    RECORD_HEED = "record.heed", MIGRATION, "Niet meer genegeerd"
    RECORD_DOSSIER = "record.dossier", MIGRATION, "Dossier gekozen", "{actor} koos het dossier van {record}."
    RECORD_VERSION = "record.version", MIGRATION, "Versie gekozen", "{actor} koos {record} als de versie die geldt."
    RUN_LAST_VERSIONS = "run.last_versions", MIGRATION, "Laatste versies gekozen"
    CLIENT_CREATE = "client.create", MIGRATION, "Klant aangemaakt", "{actor} maakte de klant van {record} aan."
    CLIENT_LINK = (
        "client.link",
        MIGRATION,
        "BSN/FI van klant gewijzigd",
        "{actor} koppelde {record} aan een klant, en wijzigde het BSN/FI van die klant.",
    )
    CLIENT_REACTIVATE = (
        "client.reactivate",
        MIGRATION,
        "Klant weer actief gemaakt",
        "{actor} maakte de klant van {record} weer actief.",
    )
    CLIENT_FORMER = (
        "client.former",
        MIGRATION,
        "Klant aangemerkt als voormalig",
        "{actor} merkte de klant van {record} aan als voormalig.",
    )
    CLIENT_NOT_FORMER = (
        "client.not_former",
        MIGRATION,
        "Klant niet meer voormalig",
        "{actor} nam terug dat de klant van {record} voormalig is.",
    )

    RECORD_REVEAL = "record.reveal", TAKEN_AWAY, "BSN/FI bekeken", "{actor} bekeek het BSN/FI van {record}."
    RECORD_COPY = (
        "record.copy",
        TAKEN_AWAY,
        "Foutmelding met BSN/FI gekopieerd",
        "{actor} kopieerde de foutmelding van {record}, met BSN/FI.",
    )
    RECORD_DOWNLOAD = (
        "record.download",
        TAKEN_AWAY,
        "Log van record gedownload",
        "{actor} downloadde het log van {record}.",
    )
    RUN_DOWNLOAD = "run.download", TAKEN_AWAY, "Log van migratie gedownload", "{actor} downloadde het log."
    RUN_REPORT = "run.report", TAKEN_AWAY, "Migratierapport geopend", "{actor} opende het migratierapport."
    OVERVIEW_DOWNLOAD = "overview.download", TAKEN_AWAY, "Overzicht gedownload"
    DOWNLOAD_CSV_ALLE = (
        "download.csv.alle",
        TAKEN_AWAY,
        "Alle records gedownload (CSV)",
        "{actor} downloadde alle records (CSV).",
    )
    DOWNLOAD_CSV_MISLUKT = (
        "download.csv.mislukt",
        TAKEN_AWAY,
        "Mislukte records gedownload (CSV)",
        "{actor} downloadde de mislukte records (CSV).",
    )
    DOWNLOAD_XLSX_ALLE = (
        "download.xlsx.alle",
        TAKEN_AWAY,
        "Alle records gedownload (Excel)",
        "{actor} downloadde alle records (Excel).",
    )
    DOWNLOAD_XLSX_MISLUKT = (
        "download.xlsx.mislukt",
        TAKEN_AWAY,
        "Mislukte records gedownload (Excel)",
        "{actor} downloadde de mislukte records (Excel).",
    )
    DOWNLOAD_JSON = (
        "download.json",
        TAKEN_AWAY,
        "Migratie gedownload (JSON)",
        "{actor} downloadde de volledige migratie (JSON).",
    )
    DOWNLOAD_FILES = (
        "download.files",
        TAKEN_AWAY,
        "Mislukte bestanden gedownload (ZIP)",
        "{actor} downloadde de mislukte bestanden (ZIP).",
    )
    DOWNLOAD_SUPPORT = (
        "download.support",
        TAKEN_AWAY,
        "Supportpakket gedownload, zonder BSN/FI en namen",
        "{actor} downloadde het supportpakket, zonder BSN/FI en namen.",
    )
    DOWNLOAD_SUPPORT_REVEALED = (
        "download.support.revealed",
        TAKEN_AWAY,
        "Supportpakket gedownload, met BSN/FI en namen",
        "{actor} downloadde het supportpakket, met BSN/FI en namen.",
    )
