-- The canonical tables of a company, as the workspace holds them. `_row` is the line of the
-- table as a person counts it, the header being line 1. Codes are text, months are the first
-- day of a month, shares are between 0 and 1, money is net of tax in one currency.

CREATE TABLE item (
    item VARCHAR, label VARCHAR, family VARCHAR, site VARCHAR, uom VARCHAR,
    price DOUBLE, unit_cost DOUBLE, units_per_pallet DOUBLE, lead_time_months DOUBLE,
    service_target DOUBLE, backorder_share DOUBLE, stock_cover_months DOUBLE,
    launch_month DATE, end_month DATE, successor VARCHAR, analog VARCHAR,
    holding_cost DOUBLE, backlog_cost DOUBLE, lost_sale_cost DOUBLE, closing_stock DOUBLE,
    stock_limit DOUBLE, subcontract_limit DOUBLE, subcontract_price DOUBLE,
    production_yield DOUBLE, yield_sd DOUBLE, slip_probability DOUBLE, _row INTEGER
);
CREATE TABLE item_unit (item VARCHAR, unit VARCHAR, factor DOUBLE, _row INTEGER);
CREATE TABLE channel (channel VARCHAR, label VARCHAR, tier DOUBLE, _row INTEGER);
CREATE TABLE sales (
    item VARCHAR, channel VARCHAR, month DATE, quantity DOUBLE, revenue DOUBLE, promo DOUBLE,
    _row INTEGER
);
CREATE TABLE returns (
    item VARCHAR, channel VARCHAR, month DATE, quantity DOUBLE, _row INTEGER
);
CREATE TABLE stock (
    item VARCHAR, as_of DATE, on_hand DOUBLE, in_transit DOUBLE, _row INTEGER
);
CREATE TABLE stock_history (item VARCHAR, month DATE, closing DOUBLE, _row INTEGER);
CREATE TABLE production (
    item VARCHAR, month DATE, planned DOUBLE, produced DOUBLE, _row INTEGER
);
CREATE TABLE resource (
    resource VARCHAR, site VARCHAR, label VARCHAR, kind VARCHAR, unit VARCHAR,
    regular_cost_per_hour DOUBLE, overtime_premium DOUBLE, max_overtime_share DOUBLE,
    shift_levels VARCHAR, workers DOUBLE, hire_cost DOUBLE, layoff_cost DOUBLE,
    hiring_lead_months DOUBLE, hours_per_worker DOUBLE, hours_per_worker_day DOUBLE,
    overtime_per_worker DOUBLE, wage DOUBLE, availability DOUBLE, availability_sd DOUBLE,
    machines DOUBLE, maintenance_months DOUBLE, maintenance_from DATE, maintenance_to DATE,
    _row INTEGER
);
CREATE TABLE capacity (resource VARCHAR, month DATE, available DOUBLE, _row INTEGER);
CREATE TABLE routing (
    item VARCHAR, resource VARCHAR, quantity_per_unit DOUBLE, _row INTEGER
);
CREATE TABLE promotion (
    id VARCHAR, item VARCHAR, family VARCHAR, channel VARCHAR, "from" DATE, "to" DATE,
    kind VARCHAR, discount DOUBLE, expected_uplift DOUBLE, post_dip DOUBLE, _row INTEGER
);
CREATE TABLE price_change (
    item VARCHAR, family VARCHAR, channel VARCHAR, "from" DATE, change DOUBLE,
    new_price DOUBLE, elasticity DOUBLE, _row INTEGER
);
CREATE TABLE orders (
    "order" VARCHAR, line VARCHAR, item VARCHAR, channel VARCHAR, ordered DOUBLE,
    shipped DOUBLE, promised_date DATE, shipped_date DATE, _row INTEGER
);
CREATE TABLE forecast_snapshot (
    cycle DATE, month DATE, lag DOUBLE, item VARCHAR, channel VARCHAR, quantity DOUBLE,
    kind VARCHAR, _row INTEGER
);
CREATE TABLE budget (
    item VARCHAR, family VARCHAR, month DATE, quantity DOUBLE, revenue DOUBLE, margin DOUBLE,
    _row INTEGER
);
CREATE TABLE calendar (
    period VARCHAR, "start" DATE, "end" DATE, working_days DOUBLE, _row INTEGER
);

-- What the queries start from.

-- Articles of the item table; made from sales, then from archived forecasts, without one.
CREATE VIEW item_known AS
SELECT item, coalesce(family, 'All') AS family, _row AS position FROM item
UNION ALL
SELECT item, 'All', 1000000000 + min(_row) FROM (
    SELECT item, _row FROM sales UNION ALL SELECT item, _row FROM forecast_snapshot
) WHERE item IS NOT NULL AND NOT EXISTS (SELECT 1 FROM item) GROUP BY item;

CREATE VIEW sales_line AS
SELECT s.item, coalesce(s.channel, 'All') AS channel, date_trunc('month', s.month)::DATE AS month,
    s.quantity, coalesce(s.revenue, s.quantity * i.price) AS revenue
FROM sales s LEFT JOIN item i ON i.item = s.item;

-- Demand: sales less returns where returns are known, never below zero.
CREATE VIEW demand_line AS
SELECT item, channel, month, greatest(0, sum(quantity)) AS quantity FROM (
    SELECT item, channel, month, quantity FROM sales_line
    UNION ALL
    SELECT item, coalesce(channel, 'All'), date_trunc('month', month)::DATE, -quantity FROM returns
) GROUP BY item, channel, month;

CREATE VIEW snapshot_line AS
SELECT date_trunc('month', cycle)::DATE AS cycle,
    coalesce(date_trunc('month', month),
        date_trunc('month', cycle) + to_months(CAST(lag AS INTEGER)))::DATE AS month,
    item, coalesce(channel, 'All') AS channel, quantity, coalesce(kind, 'consensus') AS kind
FROM forecast_snapshot;
