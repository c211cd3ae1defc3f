"""What the field sends: the ZIPs of programs that are in use, in their own layout, on the whole road.

What else archivers write, and what must stay refused, stands in hostile/: archivers, layouts, names and envelopes.
"""

import struct
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from migration.acts import failures
from migration.models import Document, Run
from migration.road.intake import Order, receive_path
from portal.models import Client, Office, User
from sba import problems
from sba.models import Sba
from sba.reading.notice import read
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory
from tests.migration.files.builders import close_zip, deflate, raw, zip_of
from tests.sba.conftest import moved
from tests.sba.hostile.envelopes import DELIVERY, INLINE, SOAP, bare, enveloped

pytestmark = pytest.mark.django_db

FIRST = document()
SECOND = document(tax="ZVW", year=2018, taxonomy=13)
Upload = Callable[..., Run]


@pytest.fixture
def uploaded(anna: User, tmp_path: Path) -> Upload:
    def bring_in(content: bytes) -> Run:
        path = tmp_path / "export.zip"
        path.write_bytes(content)
        return moved(receive_path(path, Order("sba", "te-beoordelen", confirmed=True, keeps_open=False), anna))

    return bring_in


def endings(run: Run) -> list[str]:
    return [
        code or outcome for code, outcome in run.records.order_by("position").values_list("problem_code", "outcome")
    ]


def sharpziplib() -> bytes:
    """SharpZipLib 0.86 … 1.3.3 to a stream, with Zip64: sizes of -1 inside, also in the field; a wide descriptor."""
    body, directory = b"", b""
    for name, content in ((b"2019/a.xbrl", FIRST), (b"2018/b.xbrl", SECOND)):
        packed = deflate(content)
        common = struct.pack("<5H", 45, 8, 8, 0, 0x5021)
        field = struct.pack("<HHqq", 1, 16, -1, -1)
        told = (zlib.crc32(content), len(packed), len(content))
        directory += b"PK\x01\x02" + struct.pack("<H", 45) + common
        directory += struct.pack("<3L5H2L", *told, len(name), 0, 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + struct.pack("<LllHH", 0, -1, -1, len(name), len(field)) + name + field
        body += packed + b"PK\x07\x08" + struct.pack("<LQQ", *told)
    return close_zip(body, directory, 2)


def both(first: bytes, second: bytes, before: bytes = b"") -> bytes:
    return zip_of(raw(name=first, content=FIRST, before=before), raw(name=second, content=SECOND))


TWO = ["new", "new"]
FIELD = {
    "sharpziplib-zip64-minus-one": (sharpziplib, TWO),
    "slash-leading": (lambda: both(b"/2019/a.xbrl", b"/2018/b.xbrl"), TWO),
    "backslash-leading": (lambda: both(b"\\2019\\a.xbrl", b"\\2018\\b.xbrl"), TWO),
    "split-marker-single-part": (lambda: both(b"2019/a.xbrl", b"2018/b.xbrl", b"PK\x07\x08"), TWO),
    "split-marker-not-replaced": (lambda: both(b"2019/a.xbrl", b"2018/b.xbrl", b"PK00"), TWO),
    "envelope-soap": (lambda: zip_of(raw(name=b"a.xml", content=SOAP.format(bare()).encode())), ["new"]),
    "envelope-wus": (lambda: zip_of(raw(name=b"a.xml", content=enveloped(FIRST))), ["new"]),
    "ixbrl-as-xml": (
        lambda: zip_of(
            raw(name=b"a.xml", content=INLINE.format(2013, "NoticeOfAssessmentNumber").encode()),
            raw(name=b"b.xbrl", content=SECOND),
        ),
        ["SBA-307", "new"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("build", "ends"), FIELD.values(), ids=FIELD)
def test_a_file_from_the_field_ends_as_it_should(
    uploaded: Upload, client_of_ours: Client, build: Callable[[], bytes], ends: list[str]
) -> None:
    run = uploaded(build())
    assert (run.state, endings(run), run.sums_up) == (Run.State.FINISHED, ends, True)


@pytest.mark.parametrize("slash", [b"/", b"\\", b"//"])
def test_a_name_is_shown_without_the_slash_in_front(uploaded: Upload, client_of_ours: Client, slash: bytes) -> None:
    run = uploaded(both(slash + b"2019/a.xbrl", slash + b"b.xbrl"))
    assert list(run.records.order_by("position").values_list("name", flat=True)) == ["2019/a.xbrl", "b.xbrl"]


# --- Envelopes -------------------------------------------------------------------------------------------------------

ENVELOPES = {"soap": SOAP.format(bare()).encode(), "wus": enveloped(FIRST)}


@pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
def test_what_is_kept_of_an_envelope_is_the_file_as_it_came(
    uploaded: Upload, client_of_ours: Client, envelope: bytes
) -> None:
    uploaded(zip_of(raw(name=b"a.xml", content=envelope)))
    kept = Document.objects.get()
    assert (kept.content(), kept.digest) == (envelope, sha256(envelope).hexdigest())
    sba, told = Sba.objects.get(), read(FIRST)
    assert (sba.number, sba.amount, sba.balance) == (told.assessment_number, told.amount, told.balance)


@pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
def test_a_retry_reads_an_envelope_as_the_import_did(
    uploaded: Upload, office: Office, anna: User, envelope: bytes
) -> None:
    run = uploaded(zip_of(raw(name=b"a.xml", content=envelope)))
    assert endings(run) == ["SBA-202"]
    ClientFactory(office=office, tax_id=SOMEONE)
    assert failures.retry(some(run, run.records.failures()), anna)
    assert endings(moved(run)) == ["new"]
    assert Sba.objects.get().document.content() == envelope


def test_the_same_envelope_again_changes_nothing(uploaded: Upload, client_of_ours: Client) -> None:
    export = zip_of(raw(name=b"a.xml", content=enveloped(FIRST)))
    assert [endings(uploaded(export)), endings(uploaded(export))] == [["new"], ["unchanged"]]


def test_an_envelope_says_the_same_as_the_message_in_it(uploaded: Upload, client_of_ours: Client) -> None:
    export = zip_of(raw(content=FIRST), *(raw(name=b"a.xml", content=one) for one in ENVELOPES.values()))
    assert endings(uploaded(export)) == ["new", "unchanged", "unchanged"]
    assert Sba.objects.get().document.content() == FIRST


def test_what_looks_like_an_assessment_is_never_called_something_to_ignore(
    uploaded: Upload, client_of_ours: Client
) -> None:
    many = SOAP.format(bare() + bare(document(year=2018))).encode()
    packed = DELIVERY.format("UEsDBBQAAAAIAAAAIVAE6pIH").encode()
    run = uploaded(zip_of(raw(name=b"a.xml", content=many), raw(name=b"b.xml", content=packed), raw(content=SECOND)))
    assert endings(run) == ["SBA-307", "SBA-307", "new"]
    for record in run.records.failures():
        assert record.needs_action
        assert not record.problem.can_ignore
        assert "Dit lijkt een aanslag" in record.problem.explain(record.problem_facts)


# --- Whose number, and which message ---------------------------------------------------------------------------------


def test_a_number_of_another_register_is_told_by_its_name(uploaded: Upload, client_of_ours: Client) -> None:
    theirs = FIRST.replace(b"www.belastingdienst.nl/identificatie", b"http://www.kvk.nl/kvk-id")
    record = uploaded(zip_of(raw(content=theirs))).records.get()
    assert record.problem is problems.TAX_ID_INVALID
    told = record.problem.explain(record.problem_facts)
    assert "http://www.kvk.nl/kvk-id" in told
    assert SOMEONE not in told


def test_a_message_that_does_not_say_what_it_is_is_imported_to_be_looked_at(
    uploaded: Upload, client_of_ours: Client
) -> None:
    unnamed = FIRST.replace(b"bd-rpt-ih-sba-2019.xsd", b"eigen.xsd")
    record = uploaded(zip_of(raw(content=unnamed))).records.get()
    assert (record.outcome, record.warnings) == ("new", ["W-113"])
