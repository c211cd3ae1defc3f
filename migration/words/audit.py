"""What the acts of a migration are called in the office's audit trail ('Logboek')."""

from typing import Final

from portal.audit.words import Group

MIGRATION: Final = Group(
    "migratie",
    "Migratie",
    {
        "run.upload": "Bestand geüpload",
        "run.repeat": "Import herhaald",
        "run.discard": "Bestand weggegooid",
        "run.confirm": "Import gestart",
        "check.tick": "Controle vooraf afgevinkt",
        "check.untick": "Controle vooraf teruggenomen",
        "run.stop": "Import gestopt",
        "run.gave_up": "Gestopt door een fout van ons",
        "run.resume": "Import hervat",
        "run.undo": "Import teruggedraaid",
        "run.file_removed": "ZIP-bestand verwijderd",
        "run.records_removed": "Records verwijderd na de bewaartermijn",
        "record.retry": "Opnieuw geprobeerd",
        "record.ignore": "Genegeerd",
        "record.heed": "Niet meer genegeerd",
        "record.dossier": "Dossier gekozen",
        "record.version": "Versie gekozen",
        "client.create": "Klant aangemaakt",
        "client.link": "BSN/FI van klant gewijzigd",
        "client.reactivate": "Klant weer actief gemaakt",
        "client.former": "Klant aangemerkt als voormalig",
        "client.not_former": "Klant niet meer voormalig",
    },
)
TAKEN_AWAY: Final = Group(
    "gegevens",
    "Gegevens ingezien en gedownload",
    {
        "record.reveal": "BSN/FI bekeken",
        "record.copy": "Foutmelding met BSN/FI gekopieerd",
        "record.download": "Log van record gedownload",
        "run.download": "Log van migratie gedownload",
        "run.report": "Migratierapport geopend",
        "overview.download": "Overzicht gedownload",
        "download.csv.alle": "Alle records gedownload (CSV)",
        "download.csv.mislukt": "Mislukte records gedownload (CSV)",
        "download.xlsx.alle": "Alle records gedownload (Excel)",
        "download.xlsx.mislukt": "Mislukte records gedownload (Excel)",
        "download.json": "Migratie gedownload (JSON)",
        "download.files": "Mislukte bestanden gedownload (ZIP)",
        "download.support": "Supportpakket gedownload, zonder BSN/FI en namen",
        "download.support.revealed": "Supportpakket gedownload, met BSN/FI en namen",
    },
)
