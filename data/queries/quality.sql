-- Facts about the data that the cockpit shows: counts, each with its meaning in the name.
WITH last AS (SELECT max(month) AS month FROM sales_line),
life AS (SELECT item, min(month) AS first, max(month) AS final, count(DISTINCT month) AS months
    FROM sales_line GROUP BY item)
SELECT
    (SELECT count(*) FROM sales_line WHERE quantity < 0) AS negative_lines,
    (SELECT count(*) FROM life WHERE datediff('month', first, final) + 1 > months) AS items_with_gaps,
    (SELECT count(*) FROM life, last WHERE first > last.month - INTERVAL 12 MONTH) AS items_new,
    (SELECT count(*) FROM life, last WHERE final < last.month - INTERVAL 6 MONTH) AS items_asleep,
    (SELECT count(*) FROM item WHERE price IS NULL) AS items_without_price,
    (SELECT count(*) FROM item WHERE unit_cost IS NULL) AS items_without_cost,
    (SELECT count(*) FROM item WHERE unit_cost > price) AS items_sold_at_a_loss,
    (SELECT count(*) FROM item_known k
        WHERE NOT EXISTS (SELECT 1 FROM routing r WHERE r.item = k.item)) AS items_without_routing;
