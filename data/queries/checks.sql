-- Everything that stops a plan, one line per problem: the kind of problem, table, line, column and
-- value. An unknown code is told once, at its first line.
WITH RECURSIVE known_item AS (SELECT item FROM item_known),
use_of_item AS (
    SELECT 'sales' AS place, item, _row FROM sales
    UNION ALL SELECT 'returns', item, _row FROM returns
    UNION ALL SELECT 'stock', item, _row FROM stock
    UNION ALL SELECT 'stock_history', item, _row FROM stock_history
    UNION ALL SELECT 'production', item, _row FROM production
    UNION ALL SELECT 'routing', item, _row FROM routing
    UNION ALL SELECT 'orders', item, _row FROM orders
    UNION ALL SELECT 'promotion', item, _row FROM promotion
    UNION ALL SELECT 'price_change', item, _row FROM price_change
    UNION ALL SELECT 'forecast_snapshot', item, _row FROM forecast_snapshot
),
use_of_family AS (
    SELECT 'promotion' AS place, family, _row FROM promotion
    UNION ALL SELECT 'price_change', family, _row FROM price_change
),
use_of_channel AS (
    SELECT 'promotion' AS place, channel, _row FROM promotion
    UNION ALL SELECT 'price_change', channel, _row FROM price_change
),
known_channel AS (
    SELECT channel FROM channel UNION SELECT channel FROM sales_line UNION
    SELECT 'All' WHERE NOT EXISTS (SELECT 1 FROM channel)
        AND NOT EXISTS (SELECT 1 FROM sales_line)
),
use_of_resource AS (
    SELECT 'capacity' AS place, resource, _row FROM capacity
    UNION ALL SELECT 'routing', resource, _row FROM routing
),
keyed AS (
    SELECT 'item' AS place, 'item' AS field, item AS shown, _row,
        row_number() OVER (PARTITION BY item ORDER BY _row) AS n FROM item
    UNION ALL SELECT 'resource', 'resource', resource, _row,
        row_number() OVER (PARTITION BY resource ORDER BY _row) FROM resource
    UNION ALL SELECT 'sales', 'item, channel, month', concat_ws(', ', item, channel, month), _row,
        row_number() OVER (PARTITION BY item, channel, month ORDER BY _row) FROM sales
    UNION ALL SELECT 'stock', 'item, as_of', concat_ws(', ', item, as_of), _row,
        row_number() OVER (PARTITION BY item, as_of ORDER BY _row) FROM stock
    UNION ALL SELECT 'capacity', 'resource, month', concat_ws(', ', resource, month), _row,
        row_number() OVER (PARTITION BY resource, month ORDER BY _row) FROM capacity
    UNION ALL SELECT 'routing', 'item, resource', concat_ws(', ', item, resource), _row,
        row_number() OVER (PARTITION BY item, resource ORDER BY _row) FROM routing
    UNION ALL SELECT 'forecast_snapshot', 'cycle, month, item, channel, kind',
        concat_ws(', ', cycle, coalesce(month::VARCHAR, lag::VARCHAR), item, channel, kind), _row,
        row_number() OVER (PARTITION BY cycle, month, lag, item, channel, kind ORDER BY _row)
        FROM forecast_snapshot
),
needed AS (
    SELECT 'item' AS place, 'item' AS field, _row FROM item WHERE item IS NULL
    UNION ALL SELECT 'sales', 'item', _row FROM sales WHERE item IS NULL
    UNION ALL SELECT 'sales', 'month', _row FROM sales WHERE month IS NULL
    UNION ALL SELECT 'sales', 'quantity', _row FROM sales WHERE quantity IS NULL
    UNION ALL SELECT 'stock', 'item', _row FROM stock WHERE item IS NULL
    UNION ALL SELECT 'stock', 'as_of', _row FROM stock WHERE as_of IS NULL
    UNION ALL SELECT 'stock', 'on_hand', _row FROM stock WHERE on_hand IS NULL
    UNION ALL SELECT 'resource', 'resource', _row FROM resource WHERE resource IS NULL
    UNION ALL SELECT 'capacity', 'resource', _row FROM capacity WHERE resource IS NULL
    UNION ALL SELECT 'capacity', 'month', _row FROM capacity WHERE month IS NULL
    UNION ALL SELECT 'capacity', 'available', _row FROM capacity WHERE available IS NULL
    UNION ALL SELECT 'routing', 'item', _row FROM routing WHERE item IS NULL
    UNION ALL SELECT 'routing', 'resource', _row FROM routing WHERE resource IS NULL
    UNION ALL SELECT 'routing', 'quantity_per_unit', _row FROM routing
        WHERE quantity_per_unit IS NULL
    UNION ALL SELECT 'forecast_snapshot', 'quantity', _row FROM forecast_snapshot
        WHERE quantity IS NULL
    UNION ALL SELECT 'forecast_snapshot', 'cycle', _row FROM forecast_snapshot WHERE cycle IS NULL
    UNION ALL SELECT 'forecast_snapshot', 'month', _row FROM forecast_snapshot
        WHERE month IS NULL AND lag IS NULL
),
amount AS (
    SELECT 'stock' AS place, 'on_hand' AS field, on_hand AS amount, _row FROM stock
    UNION ALL SELECT 'stock', 'in_transit', in_transit, _row FROM stock
    UNION ALL SELECT 'capacity', 'available', available, _row FROM capacity
    UNION ALL SELECT 'routing', 'quantity_per_unit', quantity_per_unit, _row FROM routing
    UNION ALL SELECT 'item', 'price', price, _row FROM item
    UNION ALL SELECT 'item', 'unit_cost', unit_cost, _row FROM item
    UNION ALL SELECT 'item', 'units_per_pallet', units_per_pallet, _row FROM item
    UNION ALL SELECT 'item', 'stock_cover_months', stock_cover_months, _row FROM item
    UNION ALL SELECT 'resource', 'regular_cost_per_hour', regular_cost_per_hour, _row FROM resource
    UNION ALL SELECT 'resource', 'overtime_premium', overtime_premium, _row FROM resource
    UNION ALL SELECT 'forecast_snapshot', 'quantity', quantity, _row FROM forecast_snapshot
    UNION ALL SELECT 'orders', 'ordered', ordered, _row FROM orders
    UNION ALL SELECT 'orders', 'shipped', shipped, _row FROM orders
    UNION ALL SELECT 'production', 'planned', planned, _row FROM production
    UNION ALL SELECT 'item', 'holding_cost', holding_cost, _row FROM item
    UNION ALL SELECT 'item', 'backlog_cost', backlog_cost, _row FROM item
    UNION ALL SELECT 'item', 'lost_sale_cost', lost_sale_cost, _row FROM item
    UNION ALL SELECT 'item', 'closing_stock', closing_stock, _row FROM item
    UNION ALL SELECT 'item', 'stock_limit', stock_limit, _row FROM item
    UNION ALL SELECT 'item', 'subcontract_limit', subcontract_limit, _row FROM item
    UNION ALL SELECT 'item', 'subcontract_price', subcontract_price, _row FROM item
    UNION ALL SELECT 'item', 'yield_sd', yield_sd, _row FROM item
    UNION ALL SELECT 'resource', 'workers', workers, _row FROM resource
    UNION ALL SELECT 'resource', 'hire_cost', hire_cost, _row FROM resource
    UNION ALL SELECT 'resource', 'layoff_cost', layoff_cost, _row FROM resource
    UNION ALL SELECT 'resource', 'hiring_lead_months', hiring_lead_months, _row FROM resource
    UNION ALL SELECT 'resource', 'hours_per_worker', hours_per_worker, _row FROM resource
    UNION ALL SELECT 'resource', 'hours_per_worker_day', hours_per_worker_day, _row FROM resource
    UNION ALL SELECT 'resource', 'overtime_per_worker', overtime_per_worker, _row FROM resource
    UNION ALL SELECT 'resource', 'wage', wage, _row FROM resource
    UNION ALL SELECT 'resource', 'availability_sd', availability_sd, _row FROM resource
    UNION ALL SELECT 'resource', 'machines', machines, _row FROM resource
    UNION ALL SELECT 'resource', 'maintenance_months', maintenance_months, _row FROM resource
),
part AS (
    SELECT 'item' AS place, 'backorder_share' AS field, backorder_share AS amount, _row FROM item
    UNION ALL SELECT 'item', 'service_target', service_target, _row FROM item
    UNION ALL SELECT 'resource', 'max_overtime_share', max_overtime_share, _row FROM resource
    UNION ALL SELECT 'item', 'production_yield', production_yield, _row FROM item
    UNION ALL SELECT 'item', 'slip_probability', slip_probability, _row FROM item
    UNION ALL SELECT 'resource', 'availability', availability, _row FROM resource
    UNION ALL SELECT 'promotion', 'discount', discount, _row FROM promotion
    UNION ALL SELECT 'promotion', 'post_dip', post_dip, _row FROM promotion
),
chain AS (
    SELECT item AS origin, successor AS reached FROM item WHERE successor <> ''
    UNION
    SELECT c.origin, i.successor FROM chain c JOIN item i ON i.item = c.reached
    WHERE i.successor <> ''
),
ring AS (
    SELECT DISTINCT min(i._row) AS line, string_agg(DISTINCT c.reached, ', ' ORDER BY c.reached) AS shown
    FROM chain c JOIN item i ON i.item = c.reached
    GROUP BY c.origin HAVING bool_or(c.reached = c.origin)
),
problem AS (
    SELECT 'unknown_item' AS problem, place, min(_row) AS line, 'item' AS field, item AS shown
    FROM use_of_item u WHERE item IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM known_item k WHERE k.item = u.item)
    GROUP BY place, item
    UNION ALL
    SELECT 'unknown_resource', place, min(_row), 'resource', resource FROM use_of_resource u
    WHERE resource IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.resource = u.resource)
    GROUP BY place, resource
    UNION ALL
    SELECT 'unknown_family', place, min(_row), 'family', family FROM use_of_family u
    WHERE family IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM item_known k WHERE k.family = u.family)
    GROUP BY place, family
    UNION ALL
    SELECT 'unknown_channel', place, min(_row), 'channel', channel FROM use_of_channel u
    WHERE channel IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM known_channel k WHERE k.channel = u.channel)
    GROUP BY place, channel
    UNION ALL SELECT 'reversed', 'promotion', _row, 'to', "to"::VARCHAR FROM promotion
        WHERE "to" < "from"
    UNION ALL SELECT 'duplicate', place, _row, field, shown FROM keyed WHERE n > 1
    UNION ALL SELECT 'missing', place, _row, field, '' FROM needed
    UNION ALL SELECT 'negative', place, _row, field, amount::VARCHAR FROM amount WHERE amount < 0
    UNION ALL SELECT 'not_finite', place, _row, field, amount::VARCHAR FROM amount
        WHERE NOT isfinite(amount)
    UNION ALL SELECT 'not_finite', 'sales', _row, 'quantity', quantity::VARCHAR FROM sales
        WHERE NOT isfinite(quantity)
    UNION ALL SELECT 'share', place, _row, field, amount::VARCHAR FROM part
        WHERE NOT amount BETWEEN 0 AND 1
    UNION ALL SELECT 'zero', 'item', _row, 'units_per_pallet', '0' FROM item
        WHERE units_per_pallet = 0
    UNION ALL SELECT 'zero', 'item', _row, 'production_yield', '0' FROM item
        WHERE production_yield = 0
    UNION ALL SELECT 'zero', 'resource', _row, 'machines', '0' FROM resource WHERE machines = 0
    UNION ALL SELECT 'whole', 'resource', _row, 'maintenance_months', maintenance_months::VARCHAR
        FROM resource WHERE maintenance_months <> floor(maintenance_months)
    UNION ALL SELECT 'whole', 'resource', _row, 'hiring_lead_months', hiring_lead_months::VARCHAR
        FROM resource WHERE hiring_lead_months <> floor(hiring_lead_months)
    UNION ALL SELECT 'needs', 'resource', _row, 'machines', 'maintenance_months' FROM resource
        WHERE maintenance_months > 0 AND machines IS NULL
    UNION ALL SELECT 'reversed', 'resource', _row, 'maintenance_to', maintenance_to::VARCHAR
        FROM resource WHERE maintenance_to < maintenance_from
    UNION ALL SELECT 'lead_time', 'item', _row, 'lead_time_months', lead_time_months::VARCHAR
        FROM item WHERE NOT lead_time_months IN (0, 1, 2, 3)
    UNION ALL SELECT 'kind', 'resource', _row, 'kind', kind FROM resource
        WHERE lower(kind) NOT IN ('hours', 'material', 'storage')
    UNION ALL SELECT 'circle', 'item', line, 'successor', shown FROM ring
    UNION ALL SELECT 'no_capacity', 'capacity', min(_row), 'available', resource FROM capacity c
        WHERE EXISTS (SELECT 1 FROM routing u
            WHERE u.resource = c.resource AND u.quantity_per_unit > 0)
        OR EXISTS (SELECT 1 FROM resource r
            WHERE r.resource = c.resource AND lower(r.kind) = 'storage')
        GROUP BY resource HAVING max(available) = 0
)
SELECT problem, place, CAST(line AS INTEGER) AS line, field, shown FROM problem
ORDER BY place, line, field, problem;
