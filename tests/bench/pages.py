"""What a page of a large office costs, next to an empty page of somebody who is signed in.

Every round asks for all pages in turn, so that whatever else the machine does falls on all of them alike. A ratio is
the median over the rounds: of the p95 of a page by that of the empty page, and of their medians. Needs PostgreSQL.

    python -m tests.bench.pages [--records 1000000] [--largest 100000] [--rounds 5] [--requests 20]
"""

from tests.bench.setting import arguments, own_database  # isort: skip  (first: it sets Django up)

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.models import Run
from portal.models import User
from tests.bench.large import Large, fill

LIST, POLL = 15.0, 5.0
POLLS = {"HX-Request": "true", "HX-Target": "progress"}
Ask = Callable[[], object]


@dataclass(slots=True)
class Page:
    """One line of the report. `first` names the page that this one goes deeper into."""

    name: str
    ask: Ask
    goal: float | None = LIST
    first: str = ""
    p95: list[float] = field(default_factory=list)  # seconds, one per round
    middle: list[float] = field(default_factory=list)  # the medians


def main() -> None:
    options = arguments(records=1_000_000, largest=100_000, rounds=5, requests=20)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", "--noinput", verbosity=0)
    with own_database():
        began = time.perf_counter()
        large = fill(options.records, options.largest)
        print(f"{options.records} records, {options.largest} in the largest run: {time.perf_counter() - began:.0f} s")
        pages = pages_of(large)
        for _ in range(options.rounds):
            measure(pages, options.requests)
    report(pages)


def measure(pages: list[Page], requests: int) -> None:
    """One round: every page so many times, in turn."""
    Run.objects.filter(state=Run.State.WRITING).update(moved_at=timezone.now())
    took: dict[str, list[float]] = {page.name: [] for page in pages}
    for page in pages:
        page.ask()  # what is cached once, is
    for _ in range(requests):
        for page in pages:
            began = time.perf_counter()
            page.ask()
            took[page.name].append(time.perf_counter() - began)
    for page in pages:
        page.p95.append(statistics.quantiles(took[page.name], n=20, method="inclusive")[-1])
        page.middle.append(statistics.median(took[page.name]))


def report(pages: list[Page]) -> None:
    empty = pages[0]
    by_name = {page.name: page for page in pages}
    print(f"{'page':34} {'p95':>9} {'÷ empty':>8} {'goal':>6} {'medians':>8}   (median of {len(empty.p95)} rounds)")
    for page in pages:
        goal = f"≤ {page.goal:g}" if page.goal else ""
        first = by_name.get(page.first)
        deeper = f"   ÷ first {ratio(page.p95, first.p95):.2f} (goal ≤ 1.3)" if first else ""
        p95, middle = ratio(page.p95, empty.p95), ratio(page.middle, empty.middle)
        took = 1000 * statistics.median(page.p95)
        print(f"{page.name:34} {took:6.1f} ms {p95:8.1f} {goal:>6} {middle:8.1f}{deeper}")


def ratio(page: list[float], other: list[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(page, other, strict=True))


# --- The pages -------------------------------------------------------------------------------------------------------


def pages_of(large: Large) -> list[Page]:
    here, nobody = browser_of(large.user), browser_of(large.stranger)
    return [
        Page("an empty page", get(nobody, reverse("clients")), goal=None),
        *overviews(here),
        *records(here, large.run),
        Page("progress, asked again", get(here, moving(large.run).get_absolute_url(), POLLS), POLL),
        *searches(here, large),
        Page("dossier", get(here, large.client.get_absolute_url())),
        Page("clients", get(here, reverse("clients"))),
        Page("clients, deepest page", get(here, reverse("clients") + "?page=2000")),
        Page("clients, by name", get(here, reverse("clients") + "?q=jansen")),
        Page("audit trail", get(here, reverse("audit"))),
    ]


def overviews(browser: Browser) -> list[Page]:
    url = reverse("migration:overview")
    return [
        Page("overview", get(browser, url)),
        Page("overview, deepest page", get(browser, f"{url}?page=20"), first="overview"),
        Page("overview, sorted", get(browser, f"{url}?sort=-needs_action")),
        Page("overview, filtered", get(browser, f"{url}?toon=afgerond&periode=maand&soort=sba")),
    ]


def records(browser: Browser, run: Run) -> list[Page]:
    """The lists of the largest run: each filter, and what is rare and far away."""
    url, last = run.get_absolute_url(), run.members or 0
    filters = {
        "action": "toon=actie",
        "failed": "toon=mislukt",
        "code": "code=SBA-202",
        "code, rare": "code=SBA-304",
        "code, in action": "toon=actie&code=SBA-202",
        "new": "status=new",
        "overwritten, rare": "status=overwritten",
        "tax": "toon=alle&soort=IB",
        "tax, rare": "toon=alle&soort=VPB",
        "year": "toon=alle&jaar=2015",
        "year, rare": "toon=alle&jaar=2009",
        "tax and year": "toon=alle&soort=OB&jaar=2018",
        "tax and year, none": "toon=alle&soort=VPB&jaar=2018",
        "terms that run": "toon=termijn",
        "terms that run, none of the year": "toon=termijn&jaar=2018",
        "warning, rare": "toon=alle&let=W-101",
        "warning, none": "toon=alle&let=W-107",
    }
    return [
        Page("run", get(browser, f"{url}?toon=alle")),
        Page("run, deepest page", get(browser, f"{url}?toon=alle&na={last - 51}"), first="run"),
        Page("run, back from its end", get(browser, f"{url}?toon=alle&voor={last}"), first="run"),
        *(Page(f"run: {name}", get(browser, f"{url}?{query}")) for name, query in filters.items()),
        *by_client(browser, run),
        Page("run: failed, deepest page", get(browser, f"{url}?toon=mislukt&na={last - 800}"), first="run: failed"),
        Page("run: tax, deepest page", get(browser, f"{url}?toon=alle&soort=IB&na={last - 200}"), first="run: tax"),
    ]


def by_client(browser: Browser, run: Run) -> list[Page]:
    """Lists of a run in the order of clients, what is sought in it, and the clients of its most frequent cause."""
    url, last = run.get_absolute_url(), run.records.latest("who", "tax_id", "position").position
    cause = reverse("migration:cause", args=[run.pk, "SBA-202"])
    return [
        Page("run, by client", get(browser, f"{url}?toon=alle&sorteer=klant")),
        Page("run, by client, its end", get(browser, f"{url}?toon=alle&sorteer=klant&voor={last}"), first="run"),
        Page("run, by client: action", get(browser, f"{url}?toon=actie&sorteer=klant")),
        Page("run, by client: tax, rare", get(browser, f"{url}?toon=alle&soort=VPB&sorteer=klant")),
        Page("run, by client: tax and year", get(browser, f"{url}?toon=alle&soort=OB&jaar=2018&sorteer=klant")),
        Page("run, sought: many", get(browser, f"{url}?zoek=voorbeeld")),
        Page("run, sought: few", get(browser, f"{url}?zoek=voorbeeld 4711")),
        Page("run, sought: none", get(browser, f"{url}?zoek=zonnebloem")),
        Page("run, sought: client", get(browser, f"{url}?klant=4711")),
        Page("clients of a cause", get(browser, cause)),
        Page("clients of a cause, deep", get(browser, f"{cause}?na=1-{run.members // 2}"), first="clients of a cause"),
    ]


def moving(run: Run) -> Run:
    """Another run of this size, under way."""
    other = Run.objects.exclude(pk=run.pk).latest("pk")
    Run.objects.filter(pk=other.pk).update(state=Run.State.WRITING, members=run.members, new=(run.members or 0) // 3)
    return other


def searches(browser: Browser, large: Large) -> list[Page]:
    def asked(term: str) -> Ask:
        return lambda: said(browser.post(reverse("migration:find"), {"q": term}, follow=True))

    return [
        Page("search: number", asked(large.client.tax_id)),
        Page("search: reference", asked(f"{large.run.reference}/0007")),
        Page("search: name", asked("Jansen 1234")),
        Page("search: name in a record", asked("voorbeeld 4711")),
        Page("search: name of nobody", asked("zonnebloem")),
        Page("search: file", asked(f"export-{large.run.pk}.zip")),
        Page("search: code", asked("SBA-202")),
        Page("search: code, rare", asked("SBA-304")),
    ]


# --- Asking ----------------------------------------------------------------------------------------------------------


def browser_of(user: User) -> Browser:
    settings.ACCOUNT_RATE_LIMITS["questions"] = "1000000/h/key"  # it asks by number as often as it likes
    browser = Browser(headers={"accept-encoding": "gzip"})
    browser.force_login(user)
    return browser


def get(browser: Browser, url: str, headers: dict[str, str] | None = None) -> Ask:
    return lambda: said(browser.get(url, headers=headers or {}))


def said(response: object) -> object:
    status = getattr(response, "status_code", None)
    assert status == 200, status
    return response


if __name__ == "__main__":
    main()
