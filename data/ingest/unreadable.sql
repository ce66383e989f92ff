-- A few lines of a history that cannot be read, as they are written.
SELECT concat_ws(' | ', item, month, quantity, revenue) AS example
FROM source
WHERE
    item IS NULL
    OR coalesce(year(day_of(month)) NOT BETWEEN 1900 AND 2199, true)
    OR coalesce(NOT isfinite(number_of(quantity)), true)
    OR (revenue IS NOT NULL AND coalesce(NOT isfinite(number_of(revenue)), true))
LIMIT 3
