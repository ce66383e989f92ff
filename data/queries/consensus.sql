-- The newest consensus whose months cover the whole horizon: units per item and month.
WITH line AS (
    SELECT * FROM snapshot_line
    WHERE kind = 'consensus' AND month BETWEEN $start::DATE AND $final::DATE
), covering AS (
    SELECT max(cycle) AS cycle FROM (
        SELECT cycle FROM line GROUP BY cycle HAVING count(DISTINCT month) = $months)
)
SELECT l.cycle, l.item, l.month, sum(l.quantity) AS quantity
FROM line l JOIN covering c ON c.cycle = l.cycle
GROUP BY l.cycle, l.item, l.month ORDER BY l.item, l.month;
