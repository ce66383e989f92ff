-- Totals by calendar year that a user can check against the source.
SELECT CAST(year(month) AS INTEGER) AS year, count(*) AS lines, count(DISTINCT month) AS months,
    count(DISTINCT item) AS items, sum(quantity) AS units, sum(revenue) AS revenue
FROM sales_line GROUP BY year(month) ORDER BY year;
