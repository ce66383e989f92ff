-- Capacity of every known month.
SELECT resource, date_trunc('month', month)::DATE AS month, sum(available) AS available
FROM capacity GROUP BY resource, date_trunc('month', month) ORDER BY resource, month;
