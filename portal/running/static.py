"""Are the static files where pages look for them? Every page names one, so without `collectstatic` none can be made."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.storage import Storage, storages

MANIFEST: Final = ManifestFilesMixin.manifest_name


def missing_on_disk() -> list[str]:
    """The files that a portal that starts now would miss: whatever `collectstatic` has yet to bring."""
    options = settings.STORAGES[STATICFILES_STORAGE_ALIAS]
    return missing_in(lambda: storages.create_storage(options))  # type: ignore[arg-type]


def missing_here() -> list[str]:
    """The files that this process misses. It reads the manifest once: what is collected later needs a restart."""
    if not (Path(settings.STATIC_ROOT) / MANIFEST).is_file():  # asked first: who reads it too soon never finds it
        return [] if settings.DEBUG else [MANIFEST]
    return missing_in(lambda: staticfiles_storage)


def missing_in(storage: Callable[[], Storage]) -> list[str]:
    """In DEBUG pages ask for the files by their own names, so nothing is missed."""
    if settings.DEBUG:
        return []
    try:
        collected = getattr(storage(), "hashed_files", {})
    except (OSError, ValueError):  # Django's word for a manifest that it cannot read
        return [MANIFEST]
    return [name for name in names() if name not in collected]


@cache
def names() -> tuple[str, ...]:
    """All that pages may ask for; which ones there are never changes while a process runs."""
    return tuple(sorted(set(find())))


def find() -> Iterator[str]:
    ignored = apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
    for finder in finders.get_finders():
        for path, storage in finder.list(ignored):
            prefix = getattr(storage, "prefix", None)
            yield f"{prefix}/{path}" if prefix else path
