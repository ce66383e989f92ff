-- A date, a time stamp, or text such as 2026-11-01.
CREATE TEMP MACRO day_of(x) AS try_cast(x AS DATE)
