-- What the data cover: the as-of date, months of sales, items, channels.
SELECT
    (SELECT min(month) FROM sales_line) AS first_month,
    (SELECT max(month) FROM sales_line) AS last_month,
    (SELECT count(DISTINCT month) FROM sales_line) AS months,
    (SELECT count(*) FROM item_known) AS items,
    (SELECT count(DISTINCT item) FROM sales_line) AS items_sold,
    (SELECT count(DISTINCT channel) FROM sales_line) AS channels,
    (SELECT count(DISTINCT family) FROM item_known) AS families,
    (SELECT sum(quantity) FROM sales_line) AS units,
    (SELECT sum(revenue) FROM sales_line) AS revenue,
    (SELECT max(as_of) FROM stock) AS stock_as_of,
    greatest((SELECT max(as_of) FROM stock),
        (SELECT last_day(max(month)) FROM sales_line)) AS as_of,
    (SELECT max(cycle) FROM snapshot_line WHERE kind = 'consensus') AS last_cycle;
