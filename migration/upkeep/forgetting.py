"""Removes what only records past their term needed: their documents, and the names by which they were found."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.fields.reverse_related import ForeignObjectRel

from migration.models import Alias, AliasQuerySet, Document, Record

BATCH: Final = 200


def forget_unused() -> Iterator[int]:
    """Some at a time; how many each time."""
    while found := list(unused()[:BATCH]):
        count = remove(found)
        yield count
        if not count:
            return  # somebody brought these again at this very moment: the next purge looks anew


def unused() -> QuerySet[Any, Any]:
    """Digests that no dossier names, no record, and no version that an undo would put back.

    Subtractions rather than a look per document: a record has no index on its digest.
    """
    replaced = Record.objects.filter(replaced__isnull=False).values_list(KT("replaced__document_id"))
    return (
        Document.objects.values_list("digest", flat=True)
        .difference(*in_dossiers(), Record.objects.values_list("digest"), replaced)
        .order_by("digest")
    )


def in_dossiers() -> list[QuerySet[Any, Any]]:
    """The documents that models of the kinds refer to, whatever these are."""
    fields = [one.field for one in Document._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel)]
    return [field.model._default_manager.values_list(field.attname) for field in fields]


def remove(digests: list[str]) -> int:
    try:
        with transaction.atomic():
            return Document.objects.filter(pk__in=digests).delete()[0]
    except IntegrityError:
        return 0


# --- Names -----------------------------------------------------------------------------------------------------------


def forget_names() -> Iterator[int]:
    """Of whom no record tells any more: some at a time; how many each time."""
    while found := list(of_nobody().values_list("pk", flat=True)[:BATCH]):
        yield Alias.objects.filter(pk__in=found).delete()[0]


def of_nobody() -> AliasQuerySet:
    told = Record.objects.filter(tax_id=OuterRef("tax_id"), run__office=OuterRef("office"))
    return Alias.objects.filter(~Exists(told)).order_by("pk")
