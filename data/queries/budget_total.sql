-- Budget per month from $start to $final, units and money. A month of which one line has no figure
-- has none.
WITH line AS (
    SELECT date_trunc('month', b.month)::DATE AS month,
        b.quantity, coalesce(b.revenue, b.quantity * i.price) AS revenue
    FROM budget b LEFT JOIN item i ON i.item = b.item
)
SELECT month,
    CASE WHEN count(quantity) = count(*) THEN sum(quantity) END AS units,
    CASE WHEN count(revenue) = count(*) THEN sum(revenue) END AS revenue
FROM line WHERE month BETWEEN $start::DATE AND $final::DATE
GROUP BY month ORDER BY month;
