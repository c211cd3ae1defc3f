"""Placeholder: the pages of the migration come here."""

app_name = "migration"
urlpatterns: list = []
