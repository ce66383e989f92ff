"""Lanes that are added up: over items into families, over draws into items."""
# Numba calls these with its own types.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,type-arg,misc,untyped-decorator"
# ruff: noqa: ARG001

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from sim.model.kernel.columns import MEASURES
from sim.model.kernel.lanes import FEW, FLAGS, Lanes, in_llvm, intrinsic, pointer_to


def _widening(add: bool) -> Any:
    def write(typing, array, place, value):
        def make(context, builder, sig, args):
            double = ir.VectorType(ir.DoubleType(), value.count)
            row = builder.bitcast(pointer_to(context, builder, sig, args), double.as_pointer())
            wide = args[2] if value.real == types.float64 else builder.fpext(args[2], double)
            if add:
                wide = builder.fadd(builder.load(row, align=8), wide)
            builder.store(wide, row, align=8)
            return context.get_dummy_value()

        return types.void(array, place, value), make

    return intrinsic(write)


put_in = _widening(add=False)  # put_in(array, place, value): write lanes in double precision
add_to = _widening(add=True)


@intrinsic
def load_rows(typing, array, place):
    """Lanes at a place of each entry of the first axis but the last one."""
    kind, rows = Lanes(array.dtype, FEW), MEASURES - 1

    def make(context, builder, sig, args):
        values = []
        for row in range(rows):
            pointer = _row_pointer(context, builder, sig, args, row)
            values.append(builder.load(pointer, align=4))
        return context.make_tuple(builder, sig.return_type, values)

    return types.UniTuple(kind, rows)(array, place), make


@intrinsic
def store_rows(typing, array, place, values):
    """Write lanes to a place of each entry of the first axis but the last one."""

    def make(context, builder, sig, args):
        for row, value in enumerate(cgutils.unpack_tuple(builder, args[2])):
            builder.store(value, _row_pointer(context, builder, sig, args, row), align=4)
        return context.get_dummy_value()

    return types.void(array, place, values), make


def _row_pointer(context: Any, builder: Any, sig: Any, args: Any, row: int) -> Any:
    array = context.make_array(sig.args[0])(context, builder, args[0])
    place = [ir.IntType(64)(row), *cgutils.unpack_tuple(builder, args[1])]
    pointer = cgutils.get_item_pointer(context, builder, sig.args[0], array, place)
    return builder.bitcast(pointer, Lanes(sig.args[0].dtype, FEW).row.as_pointer())


@intrinsic
def total(typing, lanes):
    """Sum over the lanes, in double precision."""

    def make(context, builder, sig, args):
        row = sig.args[0].row
        function = in_llvm(builder, "vector.reduce.fadd", row, [row.element, row], row.element)
        added = builder.call(function, [row.element(0.0), args[0]], fastmath=("reassoc", "nsz"))
        return added if sig.args[0].real == types.float64 else builder.fpext(added, ir.DoubleType())

    return types.float64(lanes), make


@intrinsic
def add_totals(typing, array, place, a, b, c):  # noqa: PLR0917
    """Add the sums over the lanes of three values to the places from one on, in doubles."""

    def make(context, builder, sig, args):
        four = [_folded(builder, value, a) for value in args[2:]]
        nought = ir.Constant(four[0].type, [0.0] * 4)
        pairs = [
            _halves(builder, four[0], four[1], (0, 4, 1, 5), (2, 6, 3, 7)),
            _halves(builder, four[2], nought, (0, 4, 1, 5), (2, 6, 3, 7)),
        ]
        sums = _halves(builder, pairs[0], pairs[1], (0, 1, 4, 5), (2, 3, 6, 7))
        double = ir.VectorType(ir.DoubleType(), 4)
        more = sums if a.real == types.float64 else builder.fpext(sums, double)
        row = builder.bitcast(pointer_to(context, builder, sig, args), double.as_pointer())
        builder.store(builder.fadd(builder.load(row, align=8), more), row, align=8)
        return context.get_dummy_value()

    return types.void(array, place, a, b, c), make


def _folded(builder: Any, value: Any, kind: Lanes) -> Any:
    """Four sums of the lanes of a value."""
    count = kind.count
    while count > 4:
        count //= 2
        low, high = tuple(range(count)), tuple(range(count, 2 * count))
        value = _halves(builder, value, value, low, high)
    return value


def _halves(builder: Any, x: Any, y: Any, low: Any, high: Any) -> Any:
    """Some lanes of two values, and some more, added."""
    whole = ir.VectorType(ir.IntType(32), len(low))
    parts = [builder.shuffle_vector(x, y, ir.Constant(whole, some)) for some in (low, high)]
    return builder.fadd(*parts, flags=FLAGS)
