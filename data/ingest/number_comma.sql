-- Text with a decimal comma. With a point too it is no number that all would read alike.
CREATE TEMP MACRO number_of(x) AS CASE
    WHEN contains(x, '.') THEN NULL
    ELSE try_cast(replace(x, ',', '.') AS DOUBLE)
END
