"""The pages of the migration, below /instellingen/migratie/. A verb is a noun in the address."""

from django.urls import include, path

from migration.views import acts, records, runs, wizard

app_name = "migration"

upload = [
    path("", wizard.prepare, name="wizard_prepare"),
    path("keuze/", wizard.options, name="wizard_options"),
    path("bestand/", wizard.file, name="wizard_file"),
    path("annulering/", wizard.cancel, name="wizard_cancel"),
]

log = [
    path("", records.log, name="record_log"),
    path("tekst/", records.log_text, name="record_log_text"),
    path("bsn/", records.reveal, name="record_reveal"),
    path("voormalig/", acts.note_former, name="note_former"),
]

urlpatterns = [
    path("", runs.overview, name="overview"),
    path("upload/", include(upload)),
    path("<int:pk>/", runs.run, name="run"),
    path("<int:pk>/log/tekst/", runs.run_log_text, name="run_log_text"),
    path("<int:pk>/bevestiging/", runs.confirm, name="confirm"),
    path("<int:pk>/annulering/", runs.cancel, name="cancel"),
    path("<int:pk>/stop/", runs.stop, name="stop"),
    path("<int:pk>/herhaling/", acts.retry, name="retry"),
    path("<int:pk>/negeren/", acts.ignore, name="ignore"),
    path("<int:pk>/aandacht/", acts.heed, name="heed"),
    path("<int:pk>/terugdraaien/", acts.undo, name="undo"),
    path("<int:pk>/hervatting/", acts.resume, name="resume"),
    path("<int:pk>/records/<int:position>/log/", include(log)),
]
