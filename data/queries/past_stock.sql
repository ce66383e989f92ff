-- Stock at the end of each month before the horizon.
SELECT item, date_trunc('month', month)::DATE AS month, sum(closing) AS quantity
FROM stock_history WHERE month < $start::DATE AND closing IS NOT NULL
GROUP BY item, date_trunc('month', month) ORDER BY item, month;
