"""Minimal workbooks of every format, written by hand: rows of texts, numbers, booleans and dates.

No spreadsheet program is needed to make them. Numbers of the formats are those of their
specifications: [MS-XLS], [MS-XLSB], [MS-CFB] and OpenDocument 1.2.
"""

import io
import struct
import zipfile
from datetime import date
from html import escape

import pyarrow as pa
import pyarrow.parquet as pq

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def _serial(day):
    return float((day - date(1899, 12, 30)).days)


# XLS: records in a container


def _record(kind, *parts):
    body = b"".join(parts)
    return struct.pack("<HH", kind, len(body)) + body


def _xls_cell(row, column, value):
    place = struct.pack("<HHH", row, column, int(isinstance(value, date)))
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, place, struct.pack("<HB", len(value), 1), text)
    if isinstance(value, bool):
        return _record(0x0205, place, struct.pack("<BB", value, 0))
    number = _serial(value) if isinstance(value, date) else float(value)
    return _record(0x0203, place, struct.pack("<d", number))


def _xls_sheet(rows):
    cells = b"".join(
        _xls_cell(at, column, value)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
        if value is not None
    )
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells


def xls(hidden=(), extra=b"", **sheets):
    """A BIFF8 workbook; ``extra`` records go before the end of the last sheet."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    styles = b"".join(_record(0x00E0, struct.pack("<HH", 0, ifmt), bytes(16)) for ifmt in (0, 14))
    bodies = [_xls_sheet(rows) for rows in sheets.values()]
    bodies = [body + _record(0x000A) for body in bodies[:-1]] + [
        bodies[-1] + extra + _record(0x000A)
    ]
    names = [name.encode("utf-16-le") for name in sheets]
    at = len(start + styles) + sum(12 + len(name) for name in names) + 4
    links = b""
    for name, body in zip(sheets, bodies, strict=True):
        place = struct.pack("<IBBBB", at, name in hidden, 0, len(name), 1)
        links += _record(0x0085, place, name.encode("utf-16-le"))
        at += len(body)
    return container(Workbook=start + styles + links + _record(0x000A) + b"".join(bodies))


def container(**streams):
    """A compound file with one stream of at least 4,096 bytes."""
    ((name, body),) = streams.items()
    body = body.ljust(-(-max(len(body), 4096) // 512) * 512, b"\0")
    count = len(body) // 512
    fat = [FAT, END, *range(3, 2 + count), END]
    assert len(fat) <= 128
    fat += [FREE] * (128 - len(fat))
    root = _entry("Root Entry", 5, child=1, start=END, size=0)
    entries = root + _entry(name, 2, child=FREE, start=2, size=len(body))
    head = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    head += struct.pack("<108I", *([FREE] * 108))
    return head + struct.pack("<128I", *fat) + entries.ljust(512, b"\0") + body


def _entry(name, kind, *, child, start, size):
    text = name.encode("utf-16-le")
    links = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<H", len(text) + 2)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


# XLSB: records in a zip


def _brt(kind, *parts):
    body, out = b"".join(parts), b""
    out += bytes([kind]) if kind < 128 else bytes([(kind & 127) | 128, kind >> 7])
    size = len(body)
    while size > 127:
        out, size = out + bytes([(size & 127) | 128]), size >> 7
    return out + bytes([size]) + body


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column, value):
    place = struct.pack("<II", column, int(isinstance(value, date)))
    if isinstance(value, str):
        return _brt(6, place, _wide(value))
    if isinstance(value, bool):
        return _brt(4, place, struct.pack("<B", value))
    number = _serial(value) if isinstance(value, date) else float(value)
    return _brt(5, place, struct.pack("<d", number))


def _xlsb_sheet(rows):
    body = _brt(129) + _brt(148, struct.pack("<IIII", 0, len(rows), 0, 9)) + _brt(145)
    for at, row in enumerate(rows):
        body += _brt(0, struct.pack("<I", at), bytes(13))
        cells = [(column, value) for column, value in enumerate(row) if value is not None]
        body += b"".join(_xlsb_cell(column, value) for column, value in cells)
    return body + _brt(146) + _brt(130)


def xlsb(hidden=(), **sheets):
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    bundle = b"".join(
        _brt(156, struct.pack("<II", name in hidden, n), _wide(f"r{n}"), _wide(name))
        for n, name in enumerate(sheets, 1)
    )
    styles = [_brt(47, struct.pack("<HH", 0, ifmt), bytes(12)) for ifmt in (0, 14)]
    members = {
        "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>",
        "xl/workbook.bin": _brt(131) + _brt(143) + bundle + _brt(144) + _brt(132),
        "xl/styles.bin": _brt(617, struct.pack("<I", 2)) + b"".join(styles) + _brt(618),
    }
    for n, rows in enumerate(sheets.values(), 1):
        members[f"xl/worksheets/sheet{n}.bin"] = _xlsb_sheet(rows)
    return packed(members)


# ODS: one text in a zip


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p>'
            "</table:table-cell>"
        )
    if isinstance(value, bool):
        kind, said = "boolean", f'office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, date):
        kind, said = "date", f'office:date-value="{value.isoformat()}"'
    else:
        kind, said = "float", f'office:value="{value}"'
    return (
        f'<table:table-cell office:value-type="{kind}" {said}><text:p>x</text:p></table:table-cell>'
    )


def ods_rows(rows):
    return "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )


def ods(hidden=(), start="", **sheets):
    """A spreadsheet; a sheet may be given as its rows in XML."""
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{"off" if name in hidden else "on"}">'
        f"{rows if isinstance(rows, str) else ods_rows(rows)}"
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16380"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("on", "true"), ("off", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{start}<office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<m/>"})


def parquet(columns, **options):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()
