-- Bill of resources.
SELECT item, resource, sum(quantity_per_unit) AS quantity
FROM routing GROUP BY item, resource ORDER BY item, resource;
