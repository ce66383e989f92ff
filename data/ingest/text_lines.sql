-- Lines of text files, every cell as text; the dialect is told, never guessed here. A line that
-- has not the cells of the header is set aside with its place.
SELECT *
FROM read_csv(
    $paths,
    columns = $columns,
    delim = $separator,
    skip = $skip,
    header = false,
    auto_detect = false,
    quote = '"',
    escape = '"',
    strict_mode = true,
    null_padding = false,
    store_rejects = true,
    compression = 'none'
)
