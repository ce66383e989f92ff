-- The production plan of the horizon as it stands.
SELECT item, date_trunc('month', month)::DATE AS month, sum(planned) AS quantity
FROM production
WHERE planned IS NOT NULL AND month BETWEEN $start::DATE AND last_day($final::DATE)
GROUP BY item, date_trunc('month', month) ORDER BY item, month;
