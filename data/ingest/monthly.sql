-- Lines of a history (view source: item, channel, month, quantity, revenue) added up to months.
-- day_of and number_of read a cell of this source. Lines that cannot be read keep their own
-- groups (state 2) and so do negative ones (state 1): nothing is netted or lost in silence.
WITH line AS (
    SELECT
        item,
        channel,
        day_of(month) AS day,
        number_of(quantity) AS quantity,
        number_of(revenue) AS revenue,
        revenue IS NOT NULL AS priced
    FROM source
)
SELECT
    item,
    channel,
    day - (day(day) - 1)::INTEGER AS month,  -- its first day; quicker than date_trunc
    CASE
        WHEN day IS NULL OR quantity IS NULL OR NOT isfinite(quantity) THEN 2
        WHEN item IS NULL OR year(day) NOT BETWEEN 1900 AND 2199 THEN 2
        WHEN priced AND (revenue IS NULL OR NOT isfinite(revenue)) THEN 2
        WHEN quantity < 0 THEN 1
        ELSE 0
    END::UTINYINT AS state,
    sum(quantity) AS quantity,
    sum(revenue) AS revenue,
    count(*) AS lines,
    max(day) AS last_day
FROM line
GROUP BY ALL
