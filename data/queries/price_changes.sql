-- Price changes of the horizon (earlier ones are in the present price), oldest first.
SELECT item, family, channel, date_trunc('month', "from")::DATE AS month, change, new_price
FROM price_change WHERE "from" BETWEEN $start::DATE AND last_day($final::DATE)
ORDER BY month, _row;
