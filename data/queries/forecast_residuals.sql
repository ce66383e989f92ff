-- Archived forecasts against what was sold: one line per item, cycle and lag. Inside the life of
-- an item (first to last sale) a month without a line is a zero.
WITH actual AS (
    SELECT item, month, sum(quantity) AS quantity FROM demand_line GROUP BY item, month
), life AS (
    SELECT item, min(month) AS first, max(month) AS final FROM actual
    WHERE quantity > 0 GROUP BY item
)
SELECT f.item AS unique_id, CAST(f.cycle AS TIMESTAMP_NS) AS origin,
    CAST(datediff('month', f.cycle, f.month) AS INTEGER) AS lag,
    sum(f.quantity) AS forecast, coalesce(any_value(a.quantity), 0.0) AS actual
FROM snapshot_line f
JOIN life l ON l.item = f.item AND f.month BETWEEN l.first AND l.final
LEFT JOIN actual a ON a.item = f.item AND a.month = f.month
WHERE f.kind = $kind AND f.month > f.cycle
GROUP BY f.item, f.cycle, f.month
ORDER BY unique_id, origin, lag;
