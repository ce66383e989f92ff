-- Channels in the order of their table, then those that only the sales know.
SELECT channel, label, tier FROM (
    SELECT channel, label, tier, _row AS position FROM channel
    UNION ALL
    SELECT DISTINCT channel, NULL, NULL, 1000000000 FROM sales_line
    WHERE channel NOT IN (SELECT channel FROM channel)
) ORDER BY position, channel;
