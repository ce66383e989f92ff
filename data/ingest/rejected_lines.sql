-- The first lines set aside, with their place.
SELECT DISTINCT
    line,
    'line ' || line || ': ' || left(coalesce(csv_line, ''), 60) AS example
FROM reject_errors
ORDER BY line
LIMIT 3
