-- Sales before the horizon, one line per item, channel and month, units and money.
SELECT item, channel, month, sum(quantity) AS units, sum(revenue) AS revenue
FROM sales_line WHERE month < $start::DATE AND item IS NOT NULL
GROUP BY item, channel, month ORDER BY item, channel, month;
