"""Archives: what is inside, and whether unpacking it is safe. Runs in the parser child."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sim.ingest.limits import MOST_MEMBERS, Refusal, check_bytes

PACKED = b"PK\x03\x04"
_LONGEST = 200  # characters of a name
_JUNK = ("__MACOSX/", ".", "Thumbs.db", "desktop.ini")


class Content(StrEnum):
    """What an archive is."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    FILES = "zip"


@contextmanager
def opened(body: bytes) -> Iterator[zipfile.ZipFile]:
    """An archive within the limits of members, size and ratio.

    Raises
    ------
    Refusal: beyond a limit, locked, damaged or cut.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise Refusal("error.upload.members", found=len(members), limit=MOST_MEMBERS)
            check_bytes(sum(member.file_size for member in members), len(body))
            # Members that share their bytes: more is packed than the file holds.
            if sum(member.compress_size for member in members) > len(body):
                raise Refusal("error.upload.cut")
            if any(member.flag_bits & 1 for member in members):
                raise Refusal("error.upload.password")
            yield archive
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError):
        raise Refusal("error.upload.cut") from None
    except (NotImplementedError, RuntimeError):  # a method of packing that nobody here knows
        raise Refusal("error.upload.packed") from None


def content_of(archive: zipfile.ZipFile) -> Content:
    """What an archive is, by its members.

    Raises
    ------
    Refusal: a document of another kind.
    """
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return Content.XLSX
    if "xl/workbook.bin" in names:
        return Content.XLSB
    if {"content.xml", "mimetype"} <= names:
        if b"spreadsheet" in read_member(archive, "mimetype"):
            return Content.ODS
        raise Refusal("error.upload.not_workbook")
    if "[Content_Types].xml" in names or "META-INF/manifest.xml" in names:
        raise Refusal("error.upload.not_workbook")
    return Content.FILES


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a member; its size is in the sum that was checked, and is not exceeded."""
    with archive.open(name) as stream:
        return stream.read()


def files_in(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; a name is shown, never used as a path."""
    seen: dict[str, int] = {}
    for member in archive.infolist():
        base = member.filename.rsplit("/", 1)[-1]
        if member.is_dir() or not base or base.startswith(_JUNK[1:]):
            continue
        if member.filename.startswith(_JUNK[0]):
            continue
        name = plain_name(member.filename)
        seen[name] = count = seen.get(name, 0) + 1
        with archive.open(member) as stream:
            yield (name if count == 1 else f"{name} ({count})"), stream.read()


def plain_name(name: str) -> str:
    r"""A name from a file, fit to be shown: printable and of a bearable length.

    >>> plain_name("../a\x1b[31m.csv")
    '../a�[31m.csv'
    """
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:_LONGEST])
