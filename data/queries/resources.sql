-- Resources in the order of their table.
SELECT resource, label, lower(coalesce(kind, 'hours')) AS kind, unit, regular_cost_per_hour AS cost,
    overtime_premium AS premium, max_overtime_share AS share,
    shift_levels, coalesce(workers, 0) AS workers, coalesce(hire_cost, 0) AS hire_cost,
    coalesce(layoff_cost, 0) AS layoff_cost, coalesce(hiring_lead_months, 0) AS hiring_lead,
    hours_per_worker, hours_per_worker_day, overtime_per_worker, wage,
    coalesce(availability, 1) AS availability, coalesce(availability_sd, 0) AS availability_sd,
    machines, coalesce(maintenance_months, 0) AS maintenance_months, maintenance_from,
    maintenance_to
FROM resource ORDER BY _row;
