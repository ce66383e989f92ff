"""What an upload may cost, and how it is refused. Used in the parser child."""

from typing import Any

MOST_COLUMNS = 4_000
MOST_ROWS = 1_000_000
MOST_CELLS = 50_000_000
MOST_BYTES = 200_000_000  # of everything inside an archive or a workbook
MOST_ANSWER = 400_000_000  # of all cells as text: one long text may be in many cells
MOST_RATIO = 100  # unpacked to packed
MOST_MEMBERS = 1_000  # of an archive or a workbook
MOST_CHARACTERS = 131_072  # of one cell


class Refusal(Exception):
    """A file that cannot be read: the text key and its values, and the member of an archive."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
        self.member = ""


def check_size(rows: int, columns: int) -> None:
    """Refuse a sheet of more rows, columns or cells than the limits.

    Raises
    ------
    Refusal: with what was found and what is allowed.
    """
    if columns > MOST_COLUMNS:
        raise Refusal("error.upload.too_wide", found=float(columns), limit=float(MOST_COLUMNS))
    if rows > MOST_ROWS:
        raise Refusal("error.upload.too_long", found=float(rows), limit=float(MOST_ROWS))
    if rows * columns > MOST_CELLS:
        raise Refusal("error.upload.too_many", found=float(rows * columns), limit=float(MOST_CELLS))


def check_bytes(unpacked: int, packed: int) -> None:
    """Refuse what unpacks to more than the limits.

    Raises
    ------
    Refusal: with what was found and what is allowed.
    """
    if unpacked > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise Refusal("error.upload.bomb", found=-(-unpacked // 1_000_000), limit=limit)
    if unpacked > MOST_RATIO * packed:
        found = -(-unpacked // max(1, packed))
        raise Refusal("error.upload.ratio", found=found, limit=MOST_RATIO)


def check_answer(size: int) -> None:
    """Refuse cells that take more memory than the limit, however small their file is.

    Raises
    ------
    Refusal: with what was found and what is allowed.
    """
    if size > MOST_ANSWER:
        found, limit = -(-size // 1_000_000), MOST_ANSWER // 1_000_000
        raise Refusal("error.upload.bomb", found=found, limit=limit)
