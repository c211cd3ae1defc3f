"""Placeholder: the pages of the SBA's come here."""

app_name = "sba"
urlpatterns: list = []
