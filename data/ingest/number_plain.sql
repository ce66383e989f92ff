-- A number, or text with a decimal point.
CREATE TEMP MACRO number_of(x) AS try_cast(x AS DOUBLE)
