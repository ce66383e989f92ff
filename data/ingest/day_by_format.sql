-- A date in one of the formats that the first lines of the file prove.
CREATE TEMP MACRO day_of(x) AS coalesce(
    CAST(try_strptime(x, [FORMATS]) AS DATE),
    try_cast(x AS DATE)
)
