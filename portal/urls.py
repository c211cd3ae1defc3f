"""Every address of the product. The upper apps are named as strings: the shell imports neither."""

from allauth.account import views as account
from django.urls import include, path, re_path

from portal import converters  # noqa: F401  (<number:…> in the addresses of all apps)
from portal.views import clients, home

handler500 = "portal.views.errors.server_error"

# Of allauth only this much can be reached: offices and users are made by hand.
accounts = [
    path("inloggen/", account.login, name="account_login"),
    path("inloggen/niet-actief/", account.account_inactive, name="account_inactive"),
    path("uitloggen/", account.logout, name="account_logout"),
    re_path(
        r"^wachtwoord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("wachtwoord/klaar/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("", home.home, name="home"),
    *accounts,
    path("klanten/", clients.clients, name="clients"),
    path("klanten/zoeken/", clients.find_clients, name="find_clients"),
    path("klanten/<number:pk>/", clients.client, name="client"),
    path("instellingen/", home.settings_index, name="settings"),
    path("instellingen/migratie/", include("migration.urls")),
]
