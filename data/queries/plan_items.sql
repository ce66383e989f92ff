-- Items alive in the horizon with everything the plan asks of them, in the order of the table.
SELECT k.item, k.family, i.label, coalesce(i.uom, 'unit') AS uom, i.price, i.unit_cost,
    i.units_per_pallet, coalesce(i.lead_time_months, 0) AS lead_time, i.service_target,
    i.backorder_share, i.stock_cover_months, i.launch_month, i.end_month,
    i.holding_cost, i.backlog_cost, i.lost_sale_cost, coalesce(i.closing_stock, 0) AS closing_stock,
    i.stock_limit, coalesce(i.subcontract_limit, CASE WHEN i.subcontract_price IS NULL THEN 0
        ELSE 'inf'::DOUBLE END) AS subcontract_limit,
    i.subcontract_price, coalesce(i.production_yield, 1) AS production_yield,
    coalesce(i.yield_sd, 0) AS yield_sd, coalesce(i.slip_probability, 0) AS slip_probability
FROM item_known k LEFT JOIN item i ON i.item = k.item
WHERE coalesce(i.end_month, DATE '9999-01-01') >= $start::DATE
ORDER BY k.position;
