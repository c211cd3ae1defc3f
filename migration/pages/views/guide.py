"""'Hulp': the steps of a migration, and every code that a log may hold, each at an anchor of its own (#MIG-904)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from migration.kinds.abilities import Preparation
from migration.kinds.registry import abilities
from migration.words import codes
from portal.access import SignedInRequest


@require_safe
def guide(request: SignedInRequest) -> HttpResponse:
    context = {"preparations": abilities(Preparation), "groups": codes.groups()}
    return render(request, "migration/guide/guide.html", context)
