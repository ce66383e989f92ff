-- Budget per month and family from $start to $final, units and money. A line names an item or a
-- family; a family of which one line has no figure has none that month.
WITH line AS (
    SELECT coalesce(k.family, b.family, 'All') AS family,
        date_trunc('month', b.month)::DATE AS month,
        b.quantity, coalesce(b.revenue, b.quantity * i.price) AS revenue
    FROM budget b LEFT JOIN item_known k ON k.item = b.item LEFT JOIN item i ON i.item = b.item
)
SELECT month, family,
    CASE WHEN count(quantity) = count(*) THEN sum(quantity) END AS units,
    CASE WHEN count(revenue) = count(*) THEN sum(revenue) END AS revenue
FROM line WHERE month BETWEEN $start::DATE AND $final::DATE
GROUP BY month, family ORDER BY month, family;
