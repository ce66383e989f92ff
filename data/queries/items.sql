-- Every known item with its name, family and sales of the last twelve months.
SELECT k.item, coalesce(i.label, k.item) AS label, k.family,
    coalesce(s.units, 0.0) AS units, coalesce(s.revenue, 0.0) AS revenue
FROM item_known k
LEFT JOIN item i ON i.item = k.item
LEFT JOIN (
    SELECT item, sum(quantity) AS units, sum(revenue) AS revenue FROM sales_line
    WHERE month > (SELECT max(month) FROM sales_line) - INTERVAL 12 MONTH GROUP BY item
) s ON s.item = k.item
ORDER BY k.position;
