"""ZIPs by real archivers: Info-ZIP, 7-Zip, libarchive, Java and Python write the same files, each in its own way.

Whatever wrote it, the same documents come out; what an archiver encrypted is named plainly. An archiver that is not
on this machine is skipped by name; in CI those that .ci/run installs must be there.
"""

import shutil
import subprocess
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from migration.files.zip.archive import Archive
from sba import problems
from sba.reading.export import EXPORT
from sba.samples import document
from tests.migration.files.builders import attempt
from tests.services import miss

FILES = {
    "2019/een.xbrl": document(),
    "2020/twee é.xbrl": document(year=2020),
    "2020/leeg.txt": b"",
    "drie.xml": document(tax="VPB", taxonomy=10),
}
DIGESTS = sorted(sha256(content).hexdigest() for content in FILES.values())
LOCKED = [
    pytest.param("zip -q -r -P geheim out.zip .", id="Info-ZIP, ZipCrypto"),
    pytest.param("7zz a -tzip -pgeheim out.zip .", id="7-Zip, ZipCrypto"),
    pytest.param("7zz a -tzip -pgeheim -mem=AES256 out.zip .", id="7-Zip, AES"),
    pytest.param(
        "bsdtar --format zip --options zip:encryption=aes256 --passphrase geheim -cf out.zip 2019 drie.xml",
        id="libarchive, AES",
    ),
]
WRITTEN = [
    pytest.param(command, id=command)
    for command in (
        "zip -q -r out.zip .",
        "zip -q -r -0 out.zip .",
        "zip -q -r -9 -D out.zip .",
        "zip -q -r -X out.zip .",
        "zip -q -r -fz out.zip .",
        "zip -q -r -fd out.zip .",
        "zip -q -r -UN=UTF8 out.zip .",
        "zip -q -r -s 64m out.zip .",  # one part is enough, but the mark of the first stands in front
        "zip -q -r - . | cat > out.zip",
        "tar cf - drie.xml | zip -q -r out.zip 2019 2020 drie.xml",
        "7zz a -tzip out.zip .",
        "7zz a -tzip -mx=9 out.zip .",
        "7zz a -tzip -mx=0 out.zip .",
        "7zz a -tzip -mcu=on out.zip .",
        "7zz a -tzip -mtc=on -mta=on out.zip .",
        "bsdtar --format zip -cf out.zip 2019 2020 drie.xml",
        "bsdtar --format zip --options zip:compression=store -cf out.zip 2019 2020 drie.xml",
        "bsdtar --format zip --options zip:zip64 -cf out.zip 2019 2020 drie.xml",
        "jar cfM out.zip .",
        "jar cf0M out.zip .",
    )
]
OTHER_METHODS = [
    pytest.param("7zz a -tzip -mm=Deflate64 out.zip .", "Deflate64", id="Deflate64"),
    pytest.param("7zz a -tzip -mm=BZip2 out.zip .", "bzip2", id="bzip2"),
    pytest.param("7zz a -tzip -mm=LZMA out.zip .", "LZMA", id="LZMA"),
    pytest.param("7zz a -tzip -mm=PPMd out.zip .", "PPMd", id="PPMd"),
    pytest.param("7zz a -tzip -mm=XZ out.zip .", "XZ", id="XZ"),
    pytest.param("zip -q -r -Z bzip2 out.zip .", "bzip2", id="bzip2 by Info-ZIP"),
]
NAMES = {"7zz": ("7zz", "7z", "7za")}  # Debian calls it one or the other
INSTALLED_IN_CI = ("zip", "7zz", "bsdtar")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "files"


def written(command: str, folder: Path) -> Archive:
    """The ZIP that a command makes of a folder. It is made next to it, so that it does not hold itself."""
    program = command.split()[0] if not command.startswith("tar ") else "zip"
    found = next(filter(None, map(shutil.which, NAMES.get(program, (program,)))), None)
    if found is None:
        (miss if program in INSTALLED_IN_CI else pytest.skip)(f"{program} is not on this machine")
    line = command.replace(program, found, 1).replace("out.zip", str(folder.parent / "out.zip"))
    subprocess.run(line, shell=True, cwd=folder, check=True, capture_output=True)
    return Archive(BytesIO((folder.parent / "out.zip").read_bytes()), EXPORT)


@pytest.mark.parametrize("command", WRITTEN)
def test_the_same_documents_come_out_whatever_wrote_the_zip(command: str, folder: Path) -> None:
    members = list(written(command, folder).members())
    assert sorted(sha256(member.read()).hexdigest() for member in members) == DIGESTS
    assert sorted(member.name for member in members if member.is_candidate) == sorted(
        name for name in FILES if name.endswith(("xbrl", "xml"))
    )


@pytest.mark.parametrize("command", LOCKED)
def test_what_a_real_archiver_encrypted_is_refused_by_name(command: str, folder: Path) -> None:
    _, rejected = attempt(lambda: written(command, folder))
    assert rejected.problem is problems.ZIP_ENCRYPTED


@pytest.mark.parametrize(
    "command", ["zip -q -P geheim out.zip drie.xml", "7zz a -tzip -mem=AES128 -pgeheim out.zip drie.xml"]
)
def test_one_encrypted_file_among_others_fails_alone(command: str, folder: Path) -> None:
    with zipfile.ZipFile(folder.parent / "out.zip", "w") as file:
        file.writestr("open.xbrl", document())
    outcomes = {member.name: attempt(member.read) for member in written(command, folder).members()}
    assert outcomes["open.xbrl"] == (document(), None)
    assert outcomes["drie.xml"][1].problem is problems.MEMBER_ENCRYPTED


@pytest.mark.parametrize(("command", "method"), OTHER_METHODS)
def test_another_method_of_a_real_archiver_is_named(command: str, method: str, folder: Path) -> None:
    documents = [member for member in written(command, folder).members() if member.is_candidate]
    rejections = [attempt(member.read)[1] for member in documents]
    assert {(one.problem, one.facts["method"]) for one in rejections} == {(problems.MEMBER_METHOD, method)}


@pytest.mark.parametrize("command", ["zip -q -r -y out.zip .", "7zz a -tzip -snl out.zip ."])
def test_a_link_of_a_real_archiver_is_not_followed(command: str, folder: Path) -> None:
    (folder / "link.xbrl").symlink_to("/etc/passwd")
    (link,) = (member for member in written(command, folder).members() if member.name == "link.xbrl")
    assert attempt(link.read)[1].problem is problems.MEMBER_UNSAFE


@pytest.mark.parametrize(
    "command", ["zip -q -r -s 64k out.zip .", "bsdtar --format zip -cf - 2019 drie.xml | cat > out.zip"]
)
def test_a_part_of_a_split_zip_or_a_padded_one_is_told_to_be_damaged(command: str, folder: Path) -> None:
    (folder / "groot.xbrl").write_bytes(Random(1).randbytes(200_000))
    _, rejected = attempt(lambda: written(command, folder))
    assert rejected.problem is problems.ZIP_DAMAGED
