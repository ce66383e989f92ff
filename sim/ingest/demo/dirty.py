"""The demo company as nine French files, with the faults that real exports have.

They are cp1252 with ``;``, a decimal comma, a no-break space between thousands and months as
columns. The faults: three lines that are there twice (articles, gammes, commandes), two codes
that the item list does not have, one month that an item lacks, one negative return. The missing
month is not lost: it was booked under the code "coc-w30", which differs from COC-W30 only by
its case; the other unknown code is postage, which is no item.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from sim.ingest.folder import Tables
from sim.ingest.numerals import write_number

MONTHS = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()
KINDS = {"hours": "heures", "material": "matière", "storage": "stockage"}
KINDS |= {"promotion": "promotion", "breakdown": "panne", "listing": "référencement"}
MISSING = ("COC-W30", date(2024, 5, 1))  # booked under the code in small letters
POSTAGE = "PORT"
RETURNED = ("COC-R20", "DIY", date(2025, 2, 1), -36.0)
Row = list[str]
# File -> canonical table, and the French header of each column that the file gives.
FILES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "articles.csv": (
        "item",
        {
            "item": "Code article",
            "label": "Désignation",
            "family": "Famille",
            "uom": "Unité de gestion",
            "price": "Prix net",
            "unit_cost": "Coût unitaire",
            "units_per_pallet": "Unités par palette",
            "lead_time_months": "Délai, mois",
            "service_target": "Taux de service visé",
            "backorder_share": "Part en attente",
            "stock_cover_months": "Couverture visée, mois",
            "launch_month": "Mois de lancement",
            "end_month": "Mois de fin",
            "successor": "Successeur",
            "analog": "Article modèle",
        },
    ),
    "ventes.csv": ("sales", {"item": "Article", "channel": "Canal"}),
    "stock.csv": (
        "stock",
        {
            "item": "Article",
            "as_of": "Date du stock",
            "on_hand": "Stock physique",
            "in_transit": "En transit",
        },
    ),
    "production.csv": (
        "production",
        {"item": "Article", "month": "Mois", "planned": "Planifié", "produced": "Produit"},
    ),
    "ressources.csv": (
        "resource",
        {
            "resource": "Ressource",
            "site": "Site",
            "label": "Libellé",
            "kind": "Nature",
            "unit": "Unité",
            "regular_cost_per_hour": "Coût horaire normal",
            "overtime_premium": "Majoration",
            "max_overtime_share": "Heures sup., part maximale",
            "shift_levels": "Régimes d’équipes",
        },
    ),
    "capacites.csv": ("capacity", {"resource": "Ressource"}),
    "gammes.csv": (
        "routing",
        {"item": "Article", "resource": "Ressource", "quantity_per_unit": "Quantité par unité"},
    ),
    "promotions.csv": (
        "promotion",
        {
            "id": "Identifiant",
            "item": "Article",
            "family": "Famille",
            "channel": "Canal",
            "from": "Du",
            "to": "Au",
            "kind": "Nature",
            "discount": "Remise",
            "expected_uplift": "Hausse attendue",
            "post_dip": "Creux après",
        },
    ),
    "commandes.csv": (
        "orders",
        {
            "order": "Commande",
            "line": "Ligne",
            "item": "Article",
            "channel": "Canal",
            "ordered": "Quantité commandée",
            "shipped": "Quantité expédiée",
            "promised_date": "Date promise",
        },
    ),
}
_MONTHLY = {"launch_month", "end_month", "month", "from", "to"}


def dirty_files(tables: Tables) -> list[tuple[str, bytes]]:
    """The nine files of the demo company's tables: name and content."""
    return [(name, _csv(_lines(name, tables))) for name in FILES]


def dirty_archive(tables: Tables) -> bytes:
    """The nine files in one ZIP, the same bytes at every call."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in dirty_files(tables):
            archive.writestr(zipfile.ZipInfo(name, (2027, 1, 4, 8, 0, 0)), content)
    return out.getvalue()


def _lines(name: str, tables: Tables) -> list[Row]:
    table, headers = FILES[name]
    frame = tables[table]
    if name == "ventes.csv":
        return _wide(_dirty_sales(frame), headers, value="quantity")
    if name == "capacites.csv":
        return _wide(frame, headers, value="available")
    columns = [[_written(column, value) for value in frame[column]] for column in headers]
    rows = [list(row) for row in zip(*columns, strict=True)]
    if name in {"articles.csv", "gammes.csv", "commandes.csv"}:
        rows.insert(12, rows[4])
    return [list(headers.values()), *rows]


def _dirty_sales(sales: pd.DataFrame) -> pd.DataFrame:
    """Sales with a month under a wrong code, postage among the items and a returned order."""
    item, month = MISSING
    gone = (sales["item"] == item) & (sales["month"] == pd.Timestamp(month))
    lines = sales.assign(line=0)
    lines.loc[gone, "item"] = item.lower()
    code, channel, back, quantity = RETURNED
    postage = [(POSTAGE, "ECOM", date(2026, at, 1), 9.0 + at, 0) for at in (3, 6, 9)]
    extra = pd.DataFrame(
        [(code, channel, back, quantity, 1), *postage],
        columns=["item", "channel", "month", "quantity", "line"],
    )
    extra["month"] = pd.to_datetime(extra["month"])
    return pd.concat([lines, extra], ignore_index=True)


def _wide(frame: pd.DataFrame, headers: Mapping[str, str], *, value: str) -> list[Row]:
    """Months as columns; what is not in the table is an empty cell."""
    keys = [*headers, *(["line"] if "line" in frame else [])]
    wide = frame.pivot_table(index=keys, columns="month", values=value, sort=False)
    wide = wide[sorted(wide.columns)]
    months = [_month(month) for month in wide.columns]
    rows = [
        [*map(str, key[: len(headers)]), *(_written(value, cell) for cell in cells)]
        for key, cells in zip(_keys(wide), wide.to_numpy(), strict=True)
    ]
    return [[*headers.values(), *months], *rows]


def _keys(wide: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return [key if isinstance(key, tuple) else (key,) for key in wide.index]


def _written(column: str, value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return _month(value) if column in _MONTHLY else f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return KINDS.get(value, value) if column == "kind" else value
    whole, _, rest = write_number(float(value)).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    return f"{grouped},{rest}" if rest else grouped


def _month(day: Any) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _csv(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("cp1252")
