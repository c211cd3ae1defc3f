"""manage.py import_sba: the fixed interface that scripts rely on (requirements.md §1)."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from migration.models import Run
from portal.models import AuditEvent, Client, Office, User
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.sba.conftest import Files

pytestmark = pytest.mark.django_db

KEYS = {
    "file", "reference", "state", "code", "members", "others", "sbas",
    "new", "overwritten", "unchanged", "failed", "expected", "unprocessed", "seconds",
}  # fmt: skip
RECORD_KEYS = {
    "file", "position", "name", "outcome", "code", "warnings", "tax", "year", "kind", "assessment_number", "dated_on",
    "amount", "balance", "objection_until", "status",
}  # fmt: skip


def import_sba(*zips: Path, user: User, status: str = "te-beoordelen", **options: Any) -> list[dict[str, Any]]:
    """What the command prints, a report per ZIP; a SystemExit passes."""
    out = StringIO()
    try:
        call_command(
            "import_sba",
            *map(str, zips),
            office=user.office.slug,
            user=user.email,
            status=status,
            stdout=out,
            **options,
        )
    finally:
        import_sba.printed = [json.loads(line) for line in out.getvalue().splitlines()]  # type: ignore[attr-defined]
    return import_sba.printed  # type: ignore[attr-defined]


def test_a_zip_is_imported_and_reported(zipped: Callable[[Files], Path], anna: User, client_of_ours: Client) -> None:
    [report] = import_sba(zipped({"a.xbrl": document(), "b.xml": b"<x/>", "c.pdf": b"%PDF"}), user=anna)
    assert set(report) == KEYS
    assert (report["state"], report["code"]) == ("finished", "")
    counted = [report[name] for name in ("members", "others", "sbas", "new", "failed", "expected", "unprocessed")]
    assert counted == [3, 1, 2, 1, 1, 0, 0]
    assert report["reference"] == Run.objects.get().reference
    assert Sba.objects.get().status == "te-beoordelen"


def test_each_record_is_written_as_a_line(
    zipped: Callable[[Files], Path], anna: User, client_of_ours: Client, tmp_path: Path
) -> None:
    path = tmp_path / "records.jsonl"
    import_sba(zipped([document(amount=4321, balance=-250), b"<x/>"]), user=anna, status="akkoord", records_to=path)
    good, bad = (json.loads(line) for line in path.read_text().splitlines())
    assert set(good) == set(bad) == RECORD_KEYS
    assert good == {
        "file": good["file"], "position": 1, "name": "1.xbrl", "outcome": "new", "code": "", "warnings": [],
        "tax": "IB", "year": 2019, "kind": "definitief", "assessment_number": f"{SOMEONE}H9601",
        "dated_on": "2021-03-12", "amount": 4321, "balance": -250, "objection_until": "2021-04-23", "status": "akkoord",
    }  # fmt: skip
    assert (bad["outcome"], bad["code"][:5], bad["status"], bad["dated_on"]) == ("failed", "SBA-3", "", None)


def test_many_records_are_written_in_the_order_of_the_file(
    zipped: Callable[[Files], Path],
    anna: User,
    client_of_ours: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sba.management.commands.import_sba.RECORDS_AT_ONCE", 2)
    path, years = tmp_path / "records.jsonl", [2017, 2015, 2018, 2016, 2019]
    import_sba(zipped([document(year=year) for year in years]), user=anna, records_to=path)
    assert [json.loads(line)["year"] for line in path.read_text().splitlines()] == years


def test_checking_only_forecasts_and_writes_nothing(
    zipped: Callable[[Files], Path], anna: User, client_of_ours: Client, tmp_path: Path
) -> None:
    path = tmp_path / "records.jsonl"
    [report] = import_sba(zipped([document()]), user=anna, check_only=True, records_to=path)
    assert (report["state"], report["new"], report["unprocessed"]) == ("ready", 1, 0)
    assert json.loads(path.read_text())["outcome"] == "new"
    assert not Sba.objects.exists()


def test_a_refused_file_is_reported_and_exits_1_and_the_next_one_is_imported(
    zipped: Callable[[Files], Path], anna: User, client_of_ours: Client
) -> None:
    with pytest.raises(SystemExit) as exit:
        import_sba(zipped({"a.pdf": b"%PDF"}), zipped([document()]), user=anna)
    assert exit.value.code == 1
    refused, good = import_sba.printed  # type: ignore[attr-defined]
    assert (refused["state"], refused["code"], refused["sbas"]) == ("refused", "SBA-105", 0)
    assert (good["state"], good["new"]) == ("finished", 1)


def test_the_status_is_kept_unless_asked_otherwise(
    zipped: Callable[[Files], Path], anna: User, client_of_ours: Client
) -> None:
    path = zipped([document()])
    import_sba(path, user=anna, status="akkoord")
    import_sba(path, user=anna, status="afgehandeld")
    assert Sba.objects.get().status == "akkoord"
    import_sba(path, user=anna, status="afgehandeld", overwrite_status=True)
    assert Sba.objects.get().status == "afgehandeld"


def test_terms_that_still_run_do_not_stop_a_script(
    zipped: Callable[[Files], Path], anna: User, client_of_ours: Client
) -> None:
    from django.utils import timezone

    [report] = import_sba(zipped([document(dated_on=timezone.localdate())]), user=anna, status="afgehandeld")
    assert (report["state"], report["new"]) == ("finished", 1)


def test_who_confirms_by_the_command_stands_in_the_audit_trail(
    zipped: Callable[[Files], Path], anna: User, office: Office, client_of_ours: Client
) -> None:
    """At the upload, and once more where the check asks something: here about a client who stands twice."""
    ClientFactory(office=office, tax_id=SOMEONE)
    import_sba(zipped([document()]), user=anna)
    run = Run.objects.get()
    confirmed = AuditEvent.objects.filter(action="run.confirm", actor=anna, subject=run.reference)
    assert confirmed.count() == run.log_lines.filter(event="confirmed").count() == 2


@pytest.mark.parametrize(
    ("slug", "email"),
    [("kantoor", "carla@ander.example"), ("ander", "anna@kantoor.example"), ("geen", "x@y.example")],
)
def test_a_user_of_another_office_is_wrong_usage(
    zipped: Callable[[Files], Path], anna: User, carla: User, slug: str, email: str
) -> None:
    with pytest.raises(CommandError) as error:
        call_command("import_sba", str(zipped([document()])), office=slug, user=email, status="akkoord")
    assert error.value.returncode == 2


def test_a_status_that_does_not_exist_is_wrong_usage(zipped: Callable[[Files], Path], anna: User) -> None:
    with pytest.raises(CommandError):
        import_sba(zipped([document()]), user=anna, status="klaar")


def test_a_file_that_does_not_exist_is_wrong_usage(anna: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        import_sba(tmp_path / "geen.zip", user=anna)
    assert error.value.returncode == 2
    assert not Run.objects.exists()
