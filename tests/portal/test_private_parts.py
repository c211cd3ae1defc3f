"""What we use of others that they do not promise to keep: whatever of it changes, fails here by its name.

Where one fails, read the release notes, look at the module that uses it, and then write down here what it is now.
"""

import re
from importlib import import_module
from importlib.metadata import version
from inspect import Parameter, signature
from pathlib import Path
from tomllib import loads
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
APPS = ("portal", "migration", "sba")
WITH = {
    "allauth.account.adapter:DefaultAccountAdapter._get_login_attempts_cache_key": "self request **credentials",
    "allauth.account.forms:default_token_generator.make_token": "user",
    "allauth.account.utils:user_pk_to_url_str": "user",
    "allauth.core.internal.cryptokit:normalize_user_code": "code",
    "allauth.core.internal.ratelimit:consume": ("request app action config key user dry_run limit_get raise_exception"),
    "allauth.core.internal.ratelimit:get_cache_key": "request app action rate key user",
    "allauth.core.internal.ratelimit:get_rates": "app action config",
    "allauth.core.ratelimit:consume": "request action key user dry_run raise_exception",
    "allauth.mfa.adapter:DefaultMFAAdapter._get_site_name": "self",
    "celery.apps.worker:safe_say": "msg f",
    "django.contrib.auth.base_user:AbstractBaseUser._get_session_auth_hash": "self secret",
    "kombu.transport.filesystem:Channel._exchange_file": "self exchange",
    "kombu.transport.filesystem:Channel._get": "self queue",
    "kombu.transport.filesystem:Channel._put": "self queue payload **kwargs",
    "kombu.transport.filesystem:Channel._queue_bind": "self exchange routing_key pattern queue",
    "kombu.transport.filesystem:Transport.drain_events": "self connection timeout",
    "kombu.transport.filesystem:Transport.register_with_event_loop": "self connection loop",
    "kombu.transport.pyamqp:Channel.wait": "self method callback timeout returns_tuple",
    "kombu.transport.pyamqp:Connection.collect": "self",
    "kombu.transport.pyamqp:Connection.wait": "self method callback timeout returns_tuple",
    "kombu.utils.json:dumps": "s _dumps cls default_kwargs **kwargs",
}
"""Where each stands, and what it takes."""
THERE = (
    "kombu.transport.filesystem:Channel.data_folder_out",
    "kombu.transport.filesystem:Transport.implements.extend",
    "kombu.transport.filesystem:Transport.polling_interval",
    "kombu.transport.pyamqp:Connection.Channel",
    "kombu.transport.pyamqp:SSLTransport.Connection",
    "kombu.transport.pyamqp:Transport.Connection",
)
ONLY_IN = {
    r"allauth[\w.]*\.internal|allauth\.core\.ratelimit|allauth\.account\.utils|_get_login_attempts|_get_site_name": (
        "portal/people/allauth_private.py"
    ),
    r"kombu\.(?!exceptions)": "portal/running/broker.py",
    r"safe_say": "portal/celery.py",
    r"_get_session_auth_hash": "portal/models/people.py",
}


def found(name: str) -> Any:
    module, _, path = name.partition(":")
    thing = import_module(module)
    for part in path.split("."):
        thing = getattr(thing, part)
    return thing


def takes(thing: Any) -> str:
    stars = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
    return " ".join(f"{stars.get(one.kind, '')}{one.name}" for one in signature(thing).parameters.values())


@pytest.mark.parametrize("name", WITH)
def test_it_is_there_and_takes_what_it_took(name: str) -> None:
    assert takes(found(name)) == WITH[name]


@pytest.mark.parametrize("name", THERE)
def test_it_is_there(name: str) -> None:
    assert found(name)


@pytest.mark.parametrize("name", ["Django", "django-allauth", "kombu"])
def test_the_release_that_may_change_it_is_kept_out(name: str) -> None:
    project = loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = next(one for one in map(Requirement, project["dependencies"]) if one.name == name)
    assert {"<"} <= {bound.operator for bound in needed.specifier}
    assert version(name) in needed.specifier


@pytest.mark.parametrize("what", ONLY_IN, ids=ONLY_IN.values())
def test_one_module_reaches_for_it(what: str) -> None:
    modules = (path for app in APPS for path in (ROOT / app).rglob("*.py") if re.search(what, path.read_text()))
    assert [str(path.relative_to(ROOT)) for path in modules] == [ONLY_IN[what]]
