-- Items alive in the horizon with everything the plan asks of them, in the order of the table.
SELECT k.item, k.family, i.label, coalesce(i.uom, 'unit') AS uom, i.price, i.unit_cost,
    i.units_per_pallet, coalesce(i.lead_time_months, 0) AS lead_time, i.service_target,
    i.backorder_share, i.stock_cover_months, i.launch_month, i.end_month
FROM item_known k LEFT JOIN item i ON i.item = k.item
WHERE coalesce(i.end_month, DATE '9999-01-01') >= $start::DATE
ORDER BY k.position;
