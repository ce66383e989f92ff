"""Files made on the spot, and the look-alike company as a visitor would drop it."""

import io
from pathlib import Path

import openpyxl

BIKES = Path(__file__).parent / "bikes"
SALES = b"item,month,quantity\nA,2024-01,3\nA,2024-02,4\n"


def book(*rows, **sheets):
    """A workbook with these lines, or with one sheet per keyword."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in (sheets or {"Feuil1": rows}).items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bike_files(*without):
    files = [(file.name, file.read_bytes()) for file in sorted(BIKES.glob("*.csv"))]
    return [(name, body) for name, body in files if not any(word in name for word in without)]
