-- Sales per month of one item, units and money.
SELECT month, sum(quantity) AS units, sum(revenue) AS revenue
FROM sales_line WHERE item = $item GROUP BY month ORDER BY month;
