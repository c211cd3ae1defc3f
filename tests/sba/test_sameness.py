"""One SBA in two files that say the same: line ends, a byte order mark, a comment, quotes, dots in the number."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from migration.acts import failures, runs
from migration.acts.failures import Scope
from migration.models import Document, Run
from migration.upkeep.integrity import damages
from portal.models import Client, User
from sba.models import Sba
from sba.reading.notice import read
from sba.reading.sayings import sayings_of
from sba.samples import document
from tests.sba.conftest import Files, Import, moved

pytestmark = pytest.mark.django_db

SBA = document(year=2019)


def commented(content: bytes) -> bytes:
    """As a program writes it that notes when it made the file."""
    return content.replace(b"?>", b"?>\n<!-- gemaakt op 21-08-2026 14:05 -->", 1)


def with_dots(content: bytes) -> bytes:
    """9999.99.999.H.60.01, as the number is printed."""
    begin = content.index(b"NoticeOfAssessmentNumber")
    start = content.index(b">", begin) + 1
    end = content.index(b"<", start)
    plain = content[start:end].decode()
    printed = ".".join((plain[:4], plain[4:6], plain[6:9], plain[9:10], plain[10:]))
    return content[:start] + printed.encode() + content[end:]


SAME: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "a comment": commented,
    "other quotes": lambda content: content.replace(b'"', b"'"),
    "dots in the number": with_dots,
    "UTF-16": lambda content: content.decode().replace("utf-8", "utf-16").replace("UTF-8", "UTF-16").encode("utf-16"),
}


@pytest.fixture(params=SAME)
def other(request: pytest.FixtureRequest) -> bytes:
    """The same SBA in other bytes."""
    content = SAME[request.param](SBA)
    assert content != SBA
    return content


def outcomes(run: Run) -> list[str]:
    return list(run.records.order_by("position").values_list("outcome", flat=True))


def test_they_have_one_digest_of_what_they_say(other: bytes) -> None:
    assert sayings_of(other) == sayings_of(SBA)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b">2019<", b">2018<"), id="another year"),
        pytest.param((b"EUR", b"USD"), id="another unit"),
    ],
)
def test_what_says_something_else_has_another(change: tuple[bytes, bytes]) -> None:
    changed = SBA.replace(*change)
    assert changed != SBA
    assert sayings_of(changed) != sayings_of(SBA)


def adding(*parts: str) -> bytes:
    """The SBA with this in it as well."""
    end = SBA.rindex(b"</")
    return SBA[:end] + "".join(parts).encode() + SBA[end:]


def unread(value: str, attributes: str = "") -> str:
    return f'<bd-i:Unread contextRef="d" {attributes}>{value}</bd-i:Unread>'


def of_row(value: str) -> bytes:
    """Of the partner's context a row of a table, with this as its value."""
    partner = b'<xbrldi:explicitMember dimension="bd-dim-dim:PartyDimension">bd-dim-mem:Partner</xbrldi:explicitMember>'
    assert partner in SBA
    row = f'<xbrldi:typedMember dimension="bd-dim-dim:Row">{value}</xbrldi:typedMember>'
    return SBA.replace(partner, row.encode())


def with_note_on(first: str, second: str) -> bytes:
    note = '<link:footnoteLink><link:loc xlink:href="#noted"/></link:footnoteLink>'
    return adding(unread("1", f'id="{first}"'), unread("2", f'id="{second}"'), note)


def with_blank_in_id(party: bytes) -> bytes:
    named = SBA.replace(b'id="p"', b'id=" p"').replace(b'contextRef="p"', b'contextRef=" p"')
    return named.replace(b"900000028", party)


def without_id(party: bytes) -> bytes:
    named = SBA.replace(b'id="p"', b"").replace(b' contextRef="p"', b"")
    return named.replace(b"900000028", party)


@pytest.mark.parametrize(
    ("one", "other_one"),
    [
        pytest.param(adding(unread("wel <b>x</b>")), adding(unread("niet <b>x</b>")), id="text before an element"),
        pytest.param(adding(unread("<b>x</b> 10")), adding(unread("<b>x</b> 99")), id="text after an element"),
        pytest.param(
            adding("<bd-t:T>", unread("a"), unread("b"), "</bd-t:T>"),
            adding("<bd-t:T>", unread("b"), unread("a"), "</bd-t:T>"),
            id="lines in another order",
        ),
        pytest.param(of_row("<r>1<i/>2</r>"), of_row("<r>1<i/>3</r>"), id="a row in parts"),
        pytest.param(of_row("<r>1</r><r>2</r>"), of_row("<r>2</r><r>1</r>"), id="a row in another order"),
        pytest.param(with_note_on("noted", "other"), with_note_on("other", "noted"), id="a note on another fact"),
        pytest.param(with_blank_in_id(b"900000028"), with_blank_in_id(b"900000041"), id="a blank in a name"),
        pytest.param(without_id(b"900000028"), without_id(b"900000041"), id="a context without a name"),
        pytest.param(SBA, SBA.replace(b'xml:lang="nl"', b'xml:lang="fr"'), id="another language"),
        pytest.param(
            adding(unread("z:A", 'xmlns:z="urn:1"')), adding(unread("z:A", 'xmlns:z="urn:2"')), id="a prefix rebound"
        ),
        pytest.param(adding(unread("1<!-- x -->2")), adding(unread("1")), id="a text after a comment"),
    ],
)
def test_what_differs_in_anything_has_another(one: bytes, other_one: bytes) -> None:
    assert one != other_one
    assert read(one) == read(other_one), "both can be read"
    assert sayings_of(one) != sayings_of(other_one)


def test_deep_and_wide_messages_cost_no_more_than_their_size() -> None:
    """Nested deep: no quotes of quotes of quotes. A long context is not repeated for each fact."""
    deep = adding("<bd-t:T>" * 240, "x'\"\\", "</bd-t:T>" * 240)
    wide = adding(unread("1") * 20_000).replace(b">bd-dim-mem:Declarant<", b">bd-dim-mem:" + b"D" * 500_000 + b"<")
    tracemalloc.start()
    try:
        for content in (deep, wide):
            assert len(sayings_of(content)) == 64
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


def test_twice_in_one_file_it_is_imported_once(imported: Import, client_of_ours: Client, other: bytes) -> None:
    run = imported([SBA, other])
    assert outcomes(run) == ["new", "unchanged"]
    assert (run.failed, run.sums_up, Sba.objects.count()) == (0, True, 1)
    assert Sba.objects.get().document.content() == SBA, "the first bytes stay"
    assert run.records.get(position=2).warnings == ["W-112"]
    assert not list(damages())


def test_in_a_later_file_it_changes_nothing(imported: Import, client_of_ours: Client, other: bytes) -> None:
    imported([SBA])
    before = list(Sba.objects.order_by("pk").values())
    run = imported([other])
    assert (outcomes(run), run.overwritten) == (["unchanged"], 0)
    assert list(Sba.objects.order_by("pk").values()) == before
    assert "W-112" in run.records.get().warnings


def test_the_check_foresees_it(checked: Import, imported: Import, client_of_ours: Client, other: bytes) -> None:
    assert checked([SBA, other]).forecast_unchanged == 1
    imported([SBA])
    run = checked([other])
    assert (run.forecast_overwritten, run.forecast_unchanged) == (0, 1)


def test_what_really_differs_still_asks(imported: Import, client_of_ours: Client, other: bytes) -> None:
    run = imported([SBA, other, document(year=2019, amount=77)])
    assert set(run.records.values_list("problem_code", flat=True)) == {"SBA-403"}


def test_what_really_differs_still_overwrites(imported: Import, client_of_ours: Client) -> None:
    imported([SBA])
    assert outcomes(imported([document(year=2019, amount=77)])) == ["overwritten"]


def test_a_status_for_what_is_there_is_undone_too(
    imported: Import, client_of_ours: Client, anna: User, other: bytes
) -> None:
    imported([SBA])
    run = imported([other], target="akkoord", overwrite_status=True)
    assert Sba.objects.get().status == "akkoord"
    assert Sba.objects.get().document.content() == SBA
    assert runs.undo(run, anna)
    moved(run)
    assert (Sba.objects.get().status, run.undo_restored, run.undo_kept) == ("te-beoordelen", 1, 0)


def test_a_retry_knows_it_too(imported: Import, client_of_ours: Client, anna: User, other: bytes) -> None:
    Client.objects.update(former=True)
    first = imported([other])
    assert first.expected == 1
    Client.objects.update(former=False)
    imported([SBA])
    failed = first.records.all()
    failed.update(expected=False, problem_code="SBA-202")
    Run.objects.filter(pk=first.pk).update(expected=0)
    assert failures.retry(Scope(first, position=1), anna)
    moved(first)
    assert outcomes(first) == ["unchanged"]


def test_the_bytes_of_both_are_kept(imported: Import, client_of_ours: Client, other: bytes) -> None:
    imported([SBA, other])
    assert {one.content() for one in Document.objects.all()} == {SBA, other}


def test_a_script_reads_so_too(
    zipped: Callable[[Files], Path], client_of_ours: Client, anna: User, other: bytes, tmp_path: Path
) -> None:
    lines = tmp_path / "records.jsonl"
    call_command(
        "import_sba", zipped([SBA, other]), office="kantoor", user=anna.email, status="te-beoordelen",
        check_only=True, records_to=lines,
    )  # fmt: skip
    assert [json.loads(line)["outcome"] for line in lines.read_text().splitlines()] == ["new", "unchanged"]


@pytest.mark.parametrize("again", [SBA, SAME["other quotes"](SBA)], ids=["its bytes", "other bytes"])
@pytest.mark.parametrize("chunk", [1, 100])
def test_where_what_stood_is_undone_meanwhile_the_first_takes_its_place(
    checked: Import,
    imported: Import,
    client_of_ours: Client,
    anna: User,
    settings: LazySettings,
    chunk: int,
    again: bytes,
) -> None:
    settings.MIGRATION_CHUNK = chunk
    standing = imported([SBA])
    run = checked([SAME["CRLF"](SBA), again])
    assert runs.undo(standing, anna)
    moved(standing)
    assert runs.confirm(run, anna)
    moved(run)
    assert (outcomes(run), Sba.objects.count(), run.sums_up) == (["new", "unchanged"], 1, True)
    assert runs.undo(run, anna)
    moved(run)
    assert (Sba.objects.count(), run.undo_removed, run.undo_kept, run.sums_up) == (0, 1, 0, True)


# --- Between the check and the write ---------------------------------------------------------------------------------


@pytest.fixture
def begun(checked: Import, anna: User) -> Callable[[Files], Callable[[], Run]]:
    """Checked, and written when it is called: two of them are checked at once."""

    def begin(files: Files) -> Callable[[], Run]:
        run = checked(files)

        def write() -> Run:
            assert runs.confirm(run, anna)
            return moved(run)

        return write

    return begin


Begin = Callable[[Files], Callable[[], Run]]


def test_of_two_that_were_checked_at_once_the_second_changes_nothing(
    begun: Begin, client_of_ours: Client, other: bytes
) -> None:
    first, second = begun([SBA]), begun([other])
    assert outcomes(first()) == ["new"]
    before = list(Sba.objects.order_by("pk").values())
    run = second()
    assert (outcomes(run), run.overwritten, run.sums_up) == (["unchanged"], 0, True)
    assert list(Sba.objects.order_by("pk").values()) == before
    assert run.records.get().warnings == ["W-112"]
    assert run.records.get().same_as == Sba.objects.get().document_id
    assert not list(damages())


def test_what_really_differs_overwrites_though_it_was_checked_at_once(begun: Begin, client_of_ours: Client) -> None:
    first, second = begun([SBA]), begun([document(year=2019, amount=77)])
    first()
    run = second()
    assert (outcomes(run), run.records.get().warnings) == (["overwritten"], [])


def test_a_version_that_came_back_since_the_check_is_asked_about_too(
    begun: Begin, imported: Import, client_of_ours: Client, anna: User, other: bytes
) -> None:
    imported([SBA])
    newer = imported([document(year=2019, amount=77)])
    write = begun([other])
    assert runs.undo(newer, anna)
    moved(newer)
    run = write()
    assert outcomes(run) == ["unchanged"]
    assert Sba.objects.get().document.content() == SBA


def test_what_the_check_saw_is_not_read_once_more(
    begun: Begin, imported: Import, client_of_ours: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported([SBA])
    write = begun([document(year=2019, amount=77), document(year=2018)])
    monkeypatch.setattr("sba.dossiers.sameness.Documents.read", lambda *args: pytest.fail("it was compared before"))
    assert outcomes(write()) == ["overwritten", "new"]


def test_what_is_too_much_to_compare_is_overwritten(
    begun: Begin, client_of_ours: Client, monkeypatch: pytest.MonkeyPatch, other: bytes
) -> None:
    monkeypatch.setattr("sba.dossiers.sameness.BYTES_AT_MOST", len(SBA))
    first, second = begun([SBA]), begun([other])
    first()
    assert outcomes(second()) == ["overwritten"]


def test_a_status_that_is_kept_is_told_beside_it(begun: Begin, client_of_ours: Client, other: bytes) -> None:
    first, second = begun([SBA]), begun([other])
    first()
    Sba.objects.update(status="akkoord")
    assert second().records.get().warnings == ["W-106", "W-112"]


def test_twice_in_the_second_file_both_say_what_came(begun: Begin, client_of_ours: Client, other: bytes) -> None:
    another = with_dots(SBA) if other == commented(SBA) else commented(SBA)
    first, second = begun([SBA]), begun([another, other])
    first()
    run = second()
    assert (outcomes(run), Sba.objects.count(), run.sums_up) == (["unchanged"] * 2, 1, True)
    assert {record.same_as for record in run.records.all()} == {Sba.objects.get().document_id}


def test_what_is_new_after_all_says_nothing_of_another_file(
    checked: Import, imported: Import, client_of_ours: Client, anna: User, other: bytes
) -> None:
    standing = imported([SBA])
    run = checked([other])
    assert run.records.get().warnings == ["W-112"]
    assert runs.undo(standing, anna)
    moved(standing)
    assert runs.confirm(run, anna)
    moved(run)
    assert (outcomes(run), run.records.get().warnings) == (["new"], [])
    assert run.breakdown["warnings"] == {}
