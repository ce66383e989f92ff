-- Lines set aside while reading text, and how many of them are not UTF-8.
SELECT
    count(DISTINCT (scan_id, file_id, line)) AS lines,
    count(*) FILTER (error_type = 'INVALID ENCODING') AS encoding
FROM reject_errors
