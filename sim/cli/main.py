"""The command line: arguments, exit codes, errors as sentences.

Exit code 0 = done, 2 = the input is wrong (one sentence per problem on the error output);
``load`` adds 1 = problems in the files, told in its report.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.cli import commands, load, load_words, search, words
from sim.errors import SopError
from sim.model.problem import PlanMode
from sim.report.text import text_for
from sim.settings import settings

WRONG_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    text = text_for(options.lang)
    try:
        result = options.command(options)
    except SopError as error:
        for sentence in text.error(error):
            print(sentence, file=sys.stderr)
        return WRONG_INPUT
    except OSError as error:
        place = error.filename or ""
        print(text("error.cli.file", file=place, detail=error.strerror or error), file=sys.stderr)
        return WRONG_INPUT
    lines = (
        [json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False)]
        if options.json
        else options.lines(result, text)
    )
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; what is left must not fail at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(options.code(result))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sim", description=__doc__.splitlines()[0])
    spoken = "fr" if os.environ.get("LANG", "").startswith("fr") else "en"
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=("fr", "en"), default=spoken, help="of the messages")
    shared.add_argument("--json", action="store_true", help="print one JSON object")
    shared.set_defaults(lines=words.summary, code=lambda _: 0)
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    _demo(kinds.add_parser("demo", parents=[shared], help="write the demo company's tables"))
    _load(kinds.add_parser("load", parents=[shared], help="load files into the store"))
    _forecast(kinds.add_parser("forecast", parents=[shared], help="forecast a history file"))
    _plan(kinds.add_parser("plan", parents=[shared], help="make a production plan"))
    _simulate(kinds.add_parser("simulate", parents=[shared], help="simulate under uncertainty"))
    _compare(kinds.add_parser("compare", parents=[shared], help="compare scenarios"))
    _search(kinds.add_parser("search", parents=[shared], help="find the best plan of many"))
    return parser


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.set_defaults(command=commands.demo)


def _load(parser: argparse.ArgumentParser) -> None:
    load.add_arguments(parser)
    parser.set_defaults(command=load.load, lines=load_words.lines, code=load.exit_code)


def _forecast(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--history", type=Path, required=True, metavar="FILE.csv")
    parser.add_argument("--horizon", type=_between(1, 36), default=18, metavar="MONTHS")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
    parser.add_argument("--workers", type=_between(1, 64), default=settings().workers)
    parser.set_defaults(command=commands.forecast)


def _plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--mode", choices=[mode.value for mode in PlanMode], default="optimal")
    parser.add_argument("--scenario", type=Path, metavar="S.json")
    _anyway(parser)
    parser.add_argument("--out", type=Path, metavar="plan.csv")
    parser.set_defaults(command=commands.plan)


def _simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--scenario", type=Path, metavar="S.json")
    _anyway(parser)
    _draws(parser)
    parser.set_defaults(command=commands.simulate)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--scenario",
        type=Path,
        action="append",
        required=True,
        metavar="S.json",
        help="repeat for each scenario; differences are against the baseline",
    )
    _anyway(parser)
    _draws(parser)
    parser.set_defaults(command=commands.compare)


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--scenario", type=Path, metavar="S.json", help="where the search begins")
    _anyway(parser)
    parser.add_argument("--candidates", type=_between(2, 5_000), default=500)
    parser.add_argument("--target-service", type=float, default=0.97, metavar="SHARE")
    parser.add_argument("--out", type=Path, metavar="BEST.json", help="write the best scenario")
    _draws(parser)
    parser.set_defaults(command=search.search, lines=search.lines, draws=4_096)


def _anyway(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anyway", action="store_true", help="take over scenarios that were made on other data"
    )


def _draws(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", type=_between(1, 100_000), default=settings().draws)
    parser.add_argument("--seed", type=_between(0, 2**31 - 1), default=1)
    parser.add_argument(
        "--window",
        choices=("horizon", "year"),
        default="horizon",
        help="KPIs over the whole horizon or its first calendar year",
    )


class _between:  # noqa: N801 - argparse prints the name of a type
    """A whole number within bounds, for argparse."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def __call__(self, written: str) -> int:
        try:
            value = int(written)
        except ValueError:
            value = self.low - 1
        if not self.low <= value <= self.high:
            raise argparse.ArgumentTypeError(
                f"{written!r} is not a whole number from {self.low} to {self.high}"
            )
        return value
