-- Planned promotions per channel, one line per item and month they touch: uplift and discount in
-- their months, the dip in the month after. Earlier ones still dip into the horizon.
WITH planned AS (
    SELECT coalesce(p.channel, '') AS channel, k.item,
        date_trunc('month', p."from")::DATE AS first,
        date_trunc('month', coalesce(p."to", p."from"))::DATE AS final,
        coalesce(p.expected_uplift, 0) AS uplift, coalesce(p.post_dip, 0) AS dip,
        coalesce(p.discount, 0) AS discount
    FROM promotion p
    JOIN item_known k ON p.item = k.item OR (p.item IS NULL AND p.family = k.family)
    WHERE coalesce(p.kind, 'promotion') = 'promotion'
), month AS (
    SELECT CAST(unnest(generate_series($start::TIMESTAMP, $final::TIMESTAMP,
        INTERVAL 1 MONTH)) AS DATE) AS month
)
SELECT p.item, p.channel, m.month,
    sum(CASE WHEN m.month <= p.final THEN p.uplift ELSE -p.dip END) AS effect,
    sum(CASE WHEN m.month <= p.final THEN p.discount ELSE 0 END) AS discount
FROM planned p
JOIN month m ON m.month BETWEEN p.first AND p.final + INTERVAL 1 MONTH
GROUP BY p.item, p.channel, m.month ORDER BY p.item, p.channel, m.month;
