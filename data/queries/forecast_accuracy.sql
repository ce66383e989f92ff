-- Error and bias of archived forecasts by kind, family and lag:
-- wape = sum|F - A| / sum A, bias = sum(F - A) / sum A (positive = too high).
WITH actual AS (
    SELECT item, month, sum(quantity) AS quantity FROM demand_line GROUP BY item, month
), life AS (
    SELECT item, min(month) AS first, max(month) AS final FROM actual
    WHERE quantity > 0 GROUP BY item
), pair AS (
    SELECT f.kind, k.family, datediff('month', f.cycle, f.month) AS lag,
        sum(f.quantity) AS forecast, coalesce(any_value(a.quantity), 0.0) AS actual
    FROM snapshot_line f
    JOIN item_known k ON k.item = f.item
    JOIN life l ON l.item = f.item AND f.month BETWEEN l.first AND l.final
    LEFT JOIN actual a ON a.item = f.item AND a.month = f.month
    WHERE f.month > f.cycle
    GROUP BY f.kind, k.family, f.item, f.cycle, f.month
)
SELECT kind, family, CAST(lag AS INTEGER) AS lag, count(*) AS pairs,
    sum(abs(forecast - actual)) / nullif(sum(actual), 0) AS wape,
    sum(forecast - actual) / nullif(sum(actual), 0) AS bias,
    sum(actual) AS units
FROM pair GROUP BY kind, family, lag ORDER BY kind, family, lag;
