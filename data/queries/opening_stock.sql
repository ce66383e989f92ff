-- The newest stock of each item at the opening of the horizon.
SELECT item, arg_max(on_hand, as_of) AS on_hand, arg_max(coalesce(in_transit, 0), as_of) AS in_transit,
    max(as_of) AS as_of
FROM stock WHERE as_of <= $start::DATE GROUP BY item ORDER BY item;
