-- Units and money per item and channel in the last twelve months of sales.
SELECT item, channel, sum(greatest(quantity, 0)) AS units, sum(revenue) AS revenue
FROM sales_line WHERE month > (SELECT max(month) FROM sales_line) - INTERVAL 12 MONTH
GROUP BY item, channel ORDER BY item, channel;
