-- What production took of each resource before the horizon.
SELECT r.resource, date_trunc('month', p.month)::DATE AS month,
    sum(p.produced * r.quantity_per_unit) AS quantity
FROM production p JOIN routing r ON r.item = p.item
WHERE p.month < $start::DATE AND p.produced IS NOT NULL
GROUP BY r.resource, date_trunc('month', p.month) ORDER BY r.resource, month;
