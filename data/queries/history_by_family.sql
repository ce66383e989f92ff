-- Sales per month and family, units and money.
SELECT s.month, i.family, sum(s.quantity) AS units, sum(s.revenue) AS revenue
FROM sales_line s JOIN item_known i ON i.item = s.item
GROUP BY s.month, i.family ORDER BY s.month, i.family;
