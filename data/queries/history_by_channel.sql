-- Sales per month and channel, units and money.
SELECT s.month, s.channel, sum(s.quantity) AS units, sum(s.revenue) AS revenue
FROM sales_line s
GROUP BY s.month, s.channel ORDER BY s.month, s.channel;
