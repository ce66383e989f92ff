-- Promotions that began before the horizon, with the effect that was put down for them.
SELECT coalesce(item, '') AS item, coalesce(family, '') AS family,
    coalesce(channel, '') AS channel, expected_uplift AS uplift
FROM promotion
WHERE "from" < $start::DATE AND expected_uplift IS NOT NULL
    AND coalesce(kind, 'promotion') = 'promotion'
ORDER BY "from", _row;
