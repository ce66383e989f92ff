-- Sales per month, units and money.
SELECT month, sum(quantity) AS units, sum(revenue) AS revenue, count(DISTINCT item) AS items
FROM sales_line GROUP BY month ORDER BY month;
