-- Units that customers wait for since before the horizon.
SELECT item, sum(ordered - coalesce(shipped, 0)) AS units
FROM orders
WHERE promised_date < $start::DATE AND ordered > coalesce(shipped, 0)
GROUP BY item ORDER BY item;
