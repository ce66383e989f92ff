"""Odoo, ERPNext and SAP exports by their headers, in French and English."""

import pytest

from sim.ingest import build, inspect
from sim.report.text import text_for
from tests.ingest.words import keys

ODOO_EN = """External ID,Order Reference,Customer,Order Date,Status,Order Lines/Product,\
Order Lines/Quantity,Order Lines/Subtotal
__export__.sale_order_1,S00001,Shop A,2024-03-05 08:12:00,Sales Order,[T-1] Oak table,2,240.5
,,,,,[C-1] Oak chair,8,320
__export__.sale_order_2,S00002,Shop B,2024-04-02 10:00:00,Cancelled,[T-1] Oak table,99,9999
,,,,,[C-1] Oak chair,99,9999
__export__.sale_order_3,S00003,Shop B,2024-04-15 09:30:00,Sales Order,[T-1] Oak table,5,601.25
,,,,,,0,0
"""
ODOO_FR = """ID Externe;Référence commande;Client;Date de la commande;Statut;\
Lignes de la commande/Article;Lignes de la commande/Quantité;Lignes de la commande/Sous-total
__export__.sale_order_1;S00001;Shop A;05/03/2024 08:12:00;Bon de commande;[T-1] Table;2,0;240,50
;;;;;[C-1] Chaise;8,0;320,00
__export__.sale_order_2;S00002;Shop B;02/04/2024 10:00:00;Annulé;[T-1] Table;99,0;9999,00
;;;;;[C-1] Chaise;99,0;9999,00
__export__.sale_order_3;S00003;Shop B;15/04/2024 09:30:00;Bon de commande;[T-1] Table;5,0;601,25
"""
ODOO_PATHS = """id,name,partner_id,date_order,state,order_line/product_id,\
order_line/product_uom_qty,order_line/price_subtotal
a,S00001,Shop A,2024-03-05 08:12:00,sale,[T-1] Oak table,2,240.5
,,,,,[C-1] Oak chair,8,320
b,S00003,Shop B,2024-04-15 09:30:00,sale,[T-1] Oak table,5,601.25
c,S00004,Shop B,2024-04-16 09:30:00,draft,[T-1] Oak table,5,601.25
"""
ODOO_LINES = """Référence commande,Référence commande/Date de la commande,Client,\
Référence commande/Statut,Article,Quantité,Sous-total
S00001,2024-03-05 08:12:00,Shop A,Bon de commande,[T-1] Table,2,240.5
S00001,2024-03-05 08:12:00,Shop A,Bon de commande,[C-1] Chaise,8,320
S00002,2024-04-02 10:00:00,Shop B,Devis,[T-1] Table,99,9999
S00003,2024-04-15 09:30:00,Shop B,Bon de commande,[T-1] Table,5,601.25
"""
SOLD = [
    ["C-1", "Shop A", "2024-03", 8.0, 320.0],
    ["T-1", "Shop A", "2024-03", 2.0, 240.5],
    ["T-1", "Shop B", "2024-04", 5.0, 601.25],
]


def sold(imported):
    frame = imported.require()["sales"]
    frame = frame.assign(month=frame["month"].dt.strftime("%Y-%m"))
    return sorted(frame[["item", "channel", "month", "quantity", "revenue"]].to_numpy().tolist())


@pytest.mark.parametrize("text", [ODOO_EN, ODOO_FR, ODOO_PATHS], ids=["en", "fr", "paths"])
def test_odoo_sales_orders(text):
    imported = build(inspect([("sale.order.csv", text.encode())]))
    assert sold(imported) == SOLD
    found = keys(imported.warnings)
    assert {"notice.profile.export", "notice.profile.statuses", "notice.profile.bracket"} <= {
        *found
    }
    assert found.count("notice.upload.filled_down") == 2  # customer and date


def test_odoo_lines_of_orders():
    imported = build(inspect([("sale.order.line.csv", ODOO_LINES.encode())]))
    assert sold(imported) == SOLD
    assert "notice.profile.statuses" in keys(imported.warnings)


@pytest.mark.parametrize(
    ("header", "outside"),
    [
        ("product_id,location_id,quantity,reserved_quantity", "Partners/Customers"),
        ("Product,Location,On Hand Quantity,Reserved Quantity", "Virtual Locations/Scrap"),
        ("Article,Emplacement,Quantité en stock,Quantité réservée", "Partenaires/Clients"),
    ],
)
def test_odoo_stock(header, outside):
    stock = (
        f"{header}\n[T-1] Table,WH/Stock,12,2\n[T-1] Table,WH/B,3,0\n[T-1] Table,{outside},-50,0\n"
    )
    files = [("stock.quant.csv", stock.encode()), ("sale.order.csv", ODOO_EN.encode())]
    frame = build(inspect(files)).require()["stock"]
    assert frame[["item", "on_hand"]].to_numpy().tolist() == [["T-1", 15.0]]


def test_erpnext_invoices_of_the_list():
    text = """ID,Customer,Posting Date,Status,ID (Items),Item Code (Items),Quantity (Items),\
Amount (Items)
SINV-1,Shop A,2024-03-05,Paid,a1,T-1,2,240.5
,,,,a2,C-1,8,320
SINV-2,Shop B,2024-04-15,Unpaid,a3,T-1,5,601.25
SINV-3,Shop B,2024-04-16,Draft,a4,T-1,5,601.25
SINV-4,Shop B,2024-04-16,Cancelled,a5,T-1,5,601.25
"""
    imported = build(inspect([("Sales Invoice.csv", text.encode())]))
    assert sold(imported) == SOLD
    (notice,) = [one for one in imported.warnings if one.key == "notice.profile.statuses"]
    assert notice.values["names"] == "Cancelled, Draft"
    assert notice.values["rows"] == 2


def test_erpnext_template_rows_above_the_header():
    text = """"Data Import Template"
"Table:","Sales Order"
""
"Notes:"
"Please do not change the template headings."
""
"DocType:","Sales Order","","","~","Sales Order Item","items","",""
"Column Labels:","ID","Customer","Date","","ID","Item Code","Quantity","Amount"
"Column Name:","name","customer","transaction_date","~","name","item_code","qty","amount"
"Mandatory:","Yes","Yes","Yes","","Yes","Yes","Yes","No"
"Type:","Data","Link","Date","","Data","Link","Float","Currency"
"Info:","","Valid Customer","","","","Valid Item","",""
"Start entering data below this line"
"","SO-1","Shop A","2024-03-05","","a1","T-1","2","240.5"
"","","","","","a2","C-1","8","320"
"","SO-2","Shop B","2024-04-15","","a3","T-1","5","601.25"
"""
    imported = build(inspect([("Sales Order.csv", text.encode())]))
    assert sold(imported) == SOLD
    assert "notice.profile.template" in keys(imported.warnings)


def test_erpnext_bins_and_sap_lists():
    bins = """ID,Item Code,Warehouse,Actual Quantity,Ordered Quantity
b1,T-1,Stores,12,4
b2,C-1,Stores,3,0
"""
    files = [("Bin.csv", bins.encode()), ("sale.order.csv", ODOO_EN.encode())]
    frame = build(inspect(files)).require()["stock"].sort_values("item")
    assert frame[["item", "on_hand", "in_transit"]].to_numpy().tolist() == [
        ["C-1", 3.0, 0.0],
        ["T-1", 12.0, 4.0],
    ]
    sap = """Material;Plant;Storage Location;Base Unit;Unrestricted;Value
T-1;P1;0001;PC;1.200,00;5,00
C-1;P1;0001;PC;155,22-;7,00
"""
    (preview,) = inspect([("MB52.txt", sap.encode())])
    assert (preview.profile, preview.mapping.table) == ("SAP", "stock")
    ibp = "PRDID,LOCID,CUSTID,KEYFIGUREDATE,ACTUALSQTY\nT-1,P1,Shop A,2024-03-01,7\n"
    imported = build(inspect([("keyfigures.csv", ibp.encode())]))
    assert imported.require()["sales"]["quantity"].to_list() == [7.0]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_says_which_program_it_was(lang):
    (preview,) = inspect([("sale.order.csv", ODOO_EN.encode())])
    assert "Odoo" in text_for(lang).error(preview.notices[0])[0]


def test_a_database_of_ones_own_is_not_taken_for_a_program():
    (found,) = inspect([("stock.csv", b"ProductID,LocationID,Quantity\nA1,6,408\nB2,1,3\n")])
    assert found.mapping.table == "stock"
    assert "notice.profile.export" not in keys(found.notices)
