"""Every address of the product. The upper apps are named as strings: the shell imports neither."""

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from portal import converters, home  # noqa: F401  (<number:…> in the addresses of all apps)
from portal.audit import views as audit
from portal.clients import views as clients
from portal.lists import views as lists
from portal.people.views import joining, security, users
from portal.running import health

handler400 = "portal.errors.bad_request"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

# Of allauth only this much can be reached: nobody signs up, and an address stays what it is.
accounts = [
    path("inloggen/", account.login, name="account_login"),
    path("inloggen/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("inloggen/code/", second_step.authenticate, name="mfa_authenticate"),
    path("inloggen/niet-actief/", account.account_inactive, name="account_inactive"),
    path("uitloggen/", account.logout, name="account_logout"),
    path("sessie/", security.stay, name="stay"),
    path("uitnodiging/<str:token>/", joining.join, name="join"),
    path("wachtwoord/vergeten/", account.password_reset, name="account_reset_password"),
    path("wachtwoord/verstuurd/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^wachtwoord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("wachtwoord/klaar/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("bevestigen/", account.reauthenticate, name="account_reauthenticate"),
    path("bevestigen/code/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("bevestigen/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]

# 'Beveiliging'. Its page has allauth's two names too, where that goes to after a change.
own_security = [
    path("", security.security, name="security"),
    path("", security.security, name="mfa_index"),
    path("", security.security, name="mfa_list_webauthn"),
    path("uitloggen/andere/", security.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("uitloggen/overal/", security.sign_out_everywhere, name="sign_out_everywhere"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/verwijdering/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("passkeys/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<number:pk>/verwijdering/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("herstelcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("herstelcodes/vernieuwing/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("herstelcodes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

people = [
    path("", users.users, name="users"),
    path("uitnodiging/", users.invite, name="invite"),
    path("uitnodigingen/<number:pk>/verzending/", users.invite_again, name="invite_again"),
    path("uitnodigingen/<number:pk>/intrekking/", users.withdraw, name="withdraw"),
    path("<number:pk>/", users.user, name="user"),
    path("<number:pk>/rol/", users.change_role, name="user_role"),
    path("<number:pk>/blokkering/", users.block, name="user_block"),
    path("<number:pk>/toelating/", users.unblock, name="user_unblock"),
    path("<number:pk>/zoekruimte/", users.allow_questions, name="user_questions"),
    path("<number:pk>/zoekruimte/intrekking/", users.forbid_questions, name="user_no_questions"),
    path("<number:pk>/een-stap/", users.switch_off_second_step, name="user_one_step"),
]

# Open to a probe that stands inside; a proxy need not let them through.
probes = [
    path("", login_not_required(health.alive), name="alive"),
    path("gereed/", login_not_required(health.Ready.as_view()), name="ready"),
]

urlpatterns = [
    path("", home.home, name="home"),
    *accounts,
    path("gezond/", include(probes)),
    path("klanten/", clients.clients, name="clients"),
    path("klanten/zoeken/", clients.find_clients, name="find_clients"),
    path("klanten/<number:pk>/", clients.client, name="client"),
    path("instellingen/", home.settings_index, name="settings"),
    path("instellingen/naam/", home.own_name, name="own_name"),
    path("instellingen/rijen/", lists.page_size, name="page_size"),
    path("instellingen/beveiliging/", include(own_security)),
    path("instellingen/gebruikers/", include(people)),
    path("instellingen/logboek/", audit.audit_trail, name="audit"),
    path("instellingen/logboek/download/", audit.as_csv, name="audit_csv"),
    path("instellingen/migratie/", include("migration.urls")),
]
