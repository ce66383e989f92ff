-- Resources in the order of their table.
SELECT resource, label, lower(coalesce(kind, 'hours')) AS kind, unit, regular_cost_per_hour AS cost,
    overtime_premium AS premium, max_overtime_share AS share
FROM resource ORDER BY _row;
