"""A small frePPLe look-alike company: tables of four legs, as a workbook or as CSV files."""

import io
import zipfile

import xlsxwriter

ORDERS = [
    ["SO1", "TABLE", "Shop A", "2024-11-05", 10, "closed"],
    ["SO2", "TABLE", "Shop B", "2024-12-10", 20, "closed"],
    ["SO3", "CHAIR", "Shop A", "2024-12-12", 30, "closed"],
    ["SO4", "TABLE", "Shop A", "2025-01-15", 5, "open"],
    ["SO5", "CHAIR", "Shop B", "2025-01-20", 7, "quote"],
]


def sheets(**changed):
    """The sheets of the company; a keyword replaces one ("operation_material" for its spaces)."""
    found = {
        "item": [
            ["name", "description", "category", "owner", "cost"],
            ["TABLE", "Oak table", "Furniture", "ALL", 120.5],
            ["CHAIR", "Oak chair", "Furniture", "ALL", 40],
            ["LEG", "Leg", "Parts", "", 3],
            ["WOOD", "Wood", "Raw", "", 1],
            ["ALL", "", "", "", ""],
        ],
        "location": [["name", "available"], ["Plant", ""]],
        "customer": [["name", "category"], ["Shop A", "Retail"], ["Shop B", "Export"]],
        "buffer": [
            ["item", "location", "onhand"],
            ["TABLE", "Plant", 12],
            ["TABLE", "Depot", 8],
            ["CHAIR", "Plant", ""],
            ["LEG", "Plant", 99],
        ],
        "operation": [
            ["name", "type", "item", "location", "duration", "duration per unit", "size minimum"],
            ["make table", "time_per", "TABLE", "Plant", "", "0:30:00", 1],
            ["make leg", "time_per", "LEG", "Plant", "1:00:00", "0:06:00", 20],
            ["make chair", "fixed_time", "CHAIR", "Plant", "2:00:00", "", 10],
        ],
        "operation material": [
            ["operation", "item", "quantity", "type"],
            ["make table", "LEG", -4, "start"],
            ["make table", "TABLE", 1, "end"],
            ["make leg", "WOOD", -0.5, "start"],
        ],
        "operation resource": [
            ["operation", "resource", "quantity"],
            ["make table", "ASSEMBLY", 1],
            ["make leg", "SAW", 2],
            ["make chair", "ASSEMBLY", 1],
        ],
        "resource": [
            ["name", "type", "location", "maximum", "maximum calendar", "available", "efficiency"],
            ["ASSEMBLY", "default", "Plant", 2, "", "week", 100],
            ["SAW", "default", "Plant", 1, "", "", 80],
            ["WOOD SUPPLY", "buckets", "Plant", "", "wood", "", ""],
            ["HELPERS", "infinite", "Plant", "", "", "", ""],
        ],
        "calendar": [["name", "default value"], ["week", 0], ["wood", 0]],
        "calendar bucket": [
            "calendar,start date,end date,value,priority,saturday,sunday,start time,end time".split(
                ","
            ),
            ["week", "2024-01-01", "2031-01-01", 1, 0, "False", "False", "08:00:00", "16:00:00"],
            ["wood", "2025-01-01", "2025-02-01", 310, 0, "True", "True", "", ""],
        ],
        "item supplier": [
            ["item", "supplier", "lead time", "resource", "resource quantity"],
            ["WOOD", "Forest", "45 00:00:00", "WOOD SUPPLY", 2],
        ],
        "sales order": [["name", "item", "customer", "due", "quantity", "status"], *ORDERS],
        "supplier": [["name"], ["Forest"]],
        "parameter": [["name", "value"], ["currentdate", "2025-01-01"]],
        "setup matrix": [["name"]],
    }
    return found | {name.replace("_", " "): rows for name, rows in changed.items()}


def workbook(**changed):
    """All sheets as one workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets(**changed).items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def csv_files(*, separator=",", **changed):
    """One CSV per sheet, with a decimal comma beside a semicolon."""
    found = []
    for name, rows in sheets(**changed).items():
        lines = [[_cell(cell, separator) for cell in row] for row in rows]
        body = "\n".join(separator.join(line) for line in lines) + "\n"
        found.append((f"{name.replace(' ', '')}.csv", body.encode()))
    return found


def archive(files):
    """Files as one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files:
            packed.writestr(name, body)
    return out.getvalue()


def _cell(value, separator):
    text = str(value)
    decimal = isinstance(value, float) and separator == ";"
    return text.replace(".", ",") if decimal else text
