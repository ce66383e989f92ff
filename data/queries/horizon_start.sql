-- First month after the sales; without sales, after the newest consensus cycle.
SELECT coalesce(
    (SELECT max(month) + INTERVAL 1 MONTH FROM sales_line),
    (SELECT min(month) FROM snapshot_line WHERE kind = 'consensus' AND cycle = (
        SELECT max(cycle) FROM snapshot_line WHERE kind = 'consensus')))::DATE AS start;
