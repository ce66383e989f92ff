-- Monthly demand per item for the forecast: from its first sale to the last month of sales (or
-- to its end of life), net of returns. A month without a line inside the life is a zero.
WITH life AS (
    SELECT d.item, min(d.month) AS first, coalesce(max(i.end_month), DATE '9999-01-01') AS ending
    FROM demand_line d LEFT JOIN item i ON i.item = d.item
    WHERE d.quantity > 0 GROUP BY d.item
), month AS (
    SELECT CAST(unnest(generate_series(min(month)::TIMESTAMP, max(month)::TIMESTAMP,
        INTERVAL 1 MONTH)) AS DATE) AS month FROM sales_line
), summed AS (
    SELECT item, month, sum(quantity) AS quantity FROM demand_line GROUP BY item, month
)
SELECT l.item AS unique_id, CAST(m.month AS TIMESTAMP_NS) AS ds,
    coalesce(s.quantity, 0.0) AS y
FROM life l
JOIN month m ON m.month BETWEEN l.first AND l.ending
LEFT JOIN summed s ON s.item = l.item AND s.month = m.month
ORDER BY unique_id, ds;
