"""The pages of the migration, below /instellingen/migratie/. A verb is a noun in the address."""

from django.urls import include, path

from migration.findings.filters import ALL, FAILED
from migration.pages.views import (
    acts,
    causes,
    choosing,
    downloads,
    guide,
    history,
    prior_checks,
    records,
    remedies,
    removal,
    report,
    runs,
    search,
    wizard,
)

app_name = "migration"

upload = [
    path("", wizard.prepare, name="wizard_prepare"),
    path("keuze/", wizard.options, name="wizard_options"),
    path("bestand/", wizard.file, name="wizard_file"),
    path("annulering/", wizard.cancel, name="wizard_cancel"),
    path("controles/", prior_checks.tick, name="prior_checks"),
]

log = [
    path("", records.log, name="record_log"),
    path("tekst/", records.log_text, name="record_log_text"),
    path("json/", records.log_json, name="record_log_json"),
    path("bsn/", records.reveal, name="record_reveal"),
    path("voormalig/", remedies.note_former, name="note_former"),
    path("klant/", remedies.create_client, name="create_client"),
    path("koppeling/", remedies.link, name="link_client"),
    path("actief/", remedies.reactivate, name="reactivate"),
    path("dossier/", choosing.dossier, name="choose_dossier"),
    path("versie/", choosing.version, name="choose_version"),
    path("verschillen/", choosing.differences, name="differences"),
]

download = [
    path("alle/csv/", downloads.as_csv, {"choice": ALL}, name="download_all_csv"),
    path("alle/xlsx/", downloads.as_xlsx, {"choice": ALL}, name="download_all_xlsx"),
    path("mislukt/csv/", downloads.as_csv, {"choice": FAILED}, name="download_failed_csv"),
    path("mislukt/xlsx/", downloads.as_xlsx, {"choice": FAILED}, name="download_failed_xlsx"),
    path("mislukt/bestanden/", downloads.failed_files, name="download_failed_files"),
    path("volledig/json/", downloads.as_json, name="download_json"),
    path("supportpakket/", downloads.support_package, name="support_package"),
]

urlpatterns = [
    path("", runs.overview, name="overview"),
    path("download/", downloads.overview, name="download_overview"),
    path("upload/", include(upload)),
    path("hulp/", guide.guide, name="guide"),
    path("zoeken/", search.results, name="search"),
    path("zoeken/nu/", search.find, name="find"),
    path("<number:pk>/", runs.run, name="run"),
    path("<number:pk>/log/tekst/", runs.run_log_text, name="run_log_text"),
    path("<number:pk>/bevestiging/", runs.confirm, name="confirm"),
    path("<number:pk>/annulering/", runs.cancel, name="cancel"),
    path("<number:pk>/stop/", runs.stop, name="stop"),
    path("<number:pk>/zoeken/", search.find_in_run, name="find_in_run"),
    path("<number:pk>/oorzaken/<slug:code>/", causes.clients, name="cause"),
    path("<number:pk>/herhaling/", acts.retry, name="retry"),
    path("<number:pk>/kopie/", acts.repeat, name="repeat"),
    path("<number:pk>/versies/", choosing.last_versions, name="choose_last_versions"),
    path("<number:pk>/negeren/", acts.ignore, name="ignore"),
    path("<number:pk>/aandacht/", acts.heed, name="heed"),
    path("<number:pk>/terugdraaien/", acts.undo, name="undo"),
    path("<number:pk>/hervatting/", acts.resume, name="resume"),
    path("<number:pk>/naam/", acts.rename, name="rename"),
    path("<number:pk>/verwijdering/", removal.remove_file, name="remove_file"),
    path("<number:pk>/download/", include(download)),
    path("<number:pk>/geschiedenis/", history.history, name="history"),
    path("<number:pk>/rapport/", report.report, name="report"),
    path("<number:pk>/records/<number:position>/log/", include(log)),
]
