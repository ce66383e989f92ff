-- Days worked per month where the company gave its own calendar.
SELECT date_trunc('month', "start")::DATE AS month, sum(working_days) AS days
FROM calendar
WHERE working_days IS NOT NULL AND "start" BETWEEN $start::DATE AND last_day($final::DATE)
GROUP BY date_trunc('month', "start") ORDER BY month;
