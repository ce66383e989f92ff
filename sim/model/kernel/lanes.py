"""Lanes: several draws side by side, as one value of the compiler.

A value of this type lives in registers of the vector unit, whatever the machine: LLVM splits it
where registers are shorter. ``load`` takes the width of a long register (16 single or 4 double
precision numbers), ``load_row`` a whole row of the simulator's state, which pays where little is
done with each number. + - * / work with another value or with a plain number. So the formulas
of a month read like those of one draw, and nothing depends on what the compiler finds out
about loops and overlapping rows.
"""
# Numba calls these with its own types.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,type-arg,misc,untyped-decorator"
# ruff: noqa: ARG001

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

intrinsic: Any = extending.intrinsic  # what it makes is called without the typing context

SINGLE, DOUBLE = 32, 4  # draws side by side in each precision
FEW = 16  # the same in single precision, where much else is kept in registers
ROW = 64  # draws of a row of the state in single precision; as DOUBLE in double precision
FLAGS = ("nnan", "nsz", "contract", "arcp")
ROUNDING = 1.5 * 2**23  # a sum with it is rounded to a whole number
# 2**f for f within half a unit of nought: a polynomial that is exact to 4e-6.
POWER: list[float] = [
    float(x)
    for x in np.polynomial.Polynomial.fit(
        np.cos((np.arange(5) + 0.5) * np.pi / 5) / 2,
        np.exp2(np.cos((np.arange(5) + 0.5) * np.pi / 5) / 2),
        4,
        domain=[-1, 1],
    ).coef
]


class Lanes(types.Type):
    """Numbers of one precision, one per draw."""

    def __init__(self, real: Any, single: int = SINGLE) -> None:
        self.real = real
        self.count = single if real == types.float32 else DOUBLE
        super().__init__(name=f"Lanes({real}, {self.count})")

    @property
    def row(self) -> ir.VectorType:
        """The type LLVM knows."""
        real = ir.FloatType() if self.real == types.float32 else ir.DoubleType()
        return ir.VectorType(real, self.count)


@extending.register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    """Passed by value, kept in a register."""

    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, kind.row)


def _same(builder: Any, value: Any, kind: Any, to: Lanes) -> Any:
    """A plain number on every lane; lanes as they are."""
    if isinstance(kind, Lanes):
        return value
    number = value
    if kind == types.float64 and to.real == types.float32:
        number = builder.fptrunc(value, ir.FloatType())
    elif kind == types.float32 and to.real == types.float64:
        number = builder.fpext(value, ir.DoubleType())
    one = builder.insert_element(ir.Constant(to.row, ir.Undefined), number, ir.IntType(32)(0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), to.count), [0] * to.count)
    return builder.shuffle_vector(one, one, first)


def _kind(args: Any) -> Lanes:
    """The lanes among the operands of an operation."""
    return next(each for each in args if isinstance(each, Lanes))


def _declare(operation: Any, build: str) -> None:
    class Operands(AbstractTemplate):
        def generic(self, args: Any, _: Any) -> Any:
            lanes = any(isinstance(each, Lanes) for each in args)
            fits = all(isinstance(each, (Lanes, types.Float)) for each in args)
            return signature(_kind(args), *args) if lanes and fits else None

    def lower(context, builder, sig, args):
        a, b = (_same(builder, v, k, sig.return_type) for v, k in zip(args, sig.args, strict=True))
        return getattr(builder, build)(a, b, flags=FLAGS)

    infer_global(operation)(Operands)
    for pair in ((Lanes, Lanes), (Lanes, types.Float), (types.Float, Lanes)):
        extending.lower_builtin(operation, *pair)(lower)


for _operation, _build in (("add", "fadd"), ("sub", "fsub"), ("mul", "fmul"), ("truediv", "fdiv")):
    _declare(getattr(operator, _operation), _build)


def _align_stack(builder: Any) -> None:
    # LLVM does not do it by itself, and rows that are kept on the stack for lack of registers
    # would lie on two lines of the cache each.
    attributes = builder.function.attributes
    attributes.add("nounwind")
    attributes.alignstack = 64


@intrinsic
def on_lines(typing):
    """Start the stack of the calling function on a line of the cache."""

    def make(context, builder, sig, args):
        _align_stack(builder)
        return context.get_dummy_value()

    return types.void(), make


def pointer_to(context, builder, sig, args):
    """Where a place of an array is."""
    _align_stack(builder)
    array = context.make_array(sig.args[0])(context, builder, args[0])
    place = cgutils.unpack_tuple(builder, args[1])
    return cgutils.get_item_pointer(context, builder, sig.args[0], array, place)


def _loading(single: int) -> Any:
    def load(typing, array, place):
        kind = Lanes(array.dtype, single)

        def make(context, builder, sig, args):
            pointer = pointer_to(context, builder, sig, args)
            return builder.load(builder.bitcast(pointer, kind.row.as_pointer()), align=4)

        return kind(array, place), make

    return intrinsic(load)


load = _loading(SINGLE)  # load(array, place): the lanes that start at a place of an array
load_few = _loading(FEW)
load_row = _loading(ROW)


@intrinsic
def at(typing, array, place):
    """One number of an array, at a place that is not negative."""

    def make(context, builder, sig, args):
        return builder.load(pointer_to(context, builder, sig, args))

    return array.dtype(array, place), make


@intrinsic
def store(typing, array, place, value):
    """Write lanes to a place of an array."""

    def make(context, builder, sig, args):
        pointer = pointer_to(context, builder, sig, args)
        row = builder.bitcast(pointer, value.row.as_pointer())
        builder.store(args[2], row, align=4)
        return context.get_dummy_value()

    return types.void(array, place, value), make


@intrinsic
def fetch(typing, array, place):
    """Tell the memory that a row will be read soon."""

    def make(context, builder, sig, args):
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, *[number] * 3])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        pointer = builder.bitcast(pointer_to(context, builder, sig, args), byte)
        builder.call(call, [pointer, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, place), make


@intrinsic
def spread(typing, number, like):
    """A plain number on every lane."""

    def make(context, builder, sig, args):
        return _same(builder, args[0], sig.args[0], sig.return_type)

    return like(number, like), make


def _choice(test: str) -> Any:
    def choose(typing, a, b, yes, no):
        kind = _kind((a, b, yes, no))

        def make(context, builder, sig, args):
            left, right, true, false = (
                _same(builder, v, k, kind) for v, k in zip(args, sig.args, strict=True)
            )
            mask = builder.fcmp_ordered(test, left, right, flags=FLAGS)
            return builder.select(mask, true, false)

        return kind(a, b, yes, no), make

    return intrinsic(choose)


where_above = _choice(">")  # where_above(a, b, yes, no): yes where a > b, else no


def _extreme(test: str) -> Any:
    def extreme(typing, a, b):
        kind = _kind((a, b))

        def make(context, builder, sig, args):
            x, y = (_same(builder, v, k, kind) for v, k in zip(args, sig.args, strict=True))
            return builder.select(builder.fcmp_ordered(test, x, y, flags=FLAGS), x, y)

        return kind(a, b), make

    return intrinsic(extreme)


least = _extreme("<")  # the smaller of two, lane by lane
most = _extreme(">")


@intrinsic
def any_above(typing, a, b):
    """Whether a > b in some lane."""
    kind = _kind((a, b))

    def make(context, builder, sig, args):
        x, y = (_same(builder, v, k, kind) for v, k in zip(args, sig.args, strict=True))
        bits = ir.IntType(kind.count)
        mask = builder.bitcast(builder.fcmp_ordered(">", x, y, flags=FLAGS), bits)
        return builder.icmp_unsigned("!=", mask, bits(0))

    return types.boolean(a, b), make


def in_llvm(builder: Any, name: str, row: Any, given: Any, back: Any) -> Any:
    """A function of LLVM for rows of one kind."""
    full = f"llvm.{name}.v{row.count}f{32 if isinstance(row.element, ir.FloatType) else 64}"
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(back, given), full)


@intrinsic
def first_of(typing, lanes):
    """The number on the first lane."""

    def make(context, builder, sig, args):
        return builder.extract_element(args[0], ir.IntType(32)(0))

    return lanes.real(lanes), make


@intrinsic
def inverse_of(typing, lanes):
    """1 / x, x neither nought nor endless: to 1e-7 of its value in single precision.

    The flag lets LLVM take the estimate of the processor and one step of Newton's, a fraction
    of the price of a division; in double precision it divides.
    """

    def make(context, builder, sig, args):
        one = ir.Constant(sig.args[0].row, [1.0] * sig.args[0].count)
        return builder.fdiv(one, args[0], flags=(*FLAGS, "ninf"))

    return lanes(lanes), make


@intrinsic
def root_of(typing, lanes):
    """Square root of a positive number: x / sqrt(x), estimated as ``inverse_of``."""

    def make(context, builder, sig, args):
        row = sig.args[0].row
        function = in_llvm(builder, "sqrt", row, [row], row)
        if sig.args[0].real == types.float64:
            return builder.call(function, args)
        quick = (*FLAGS, "ninf", "afn")
        root = builder.call(function, args, fastmath=quick)
        one = ir.Constant(row, [1.0] * sig.args[0].count)
        return builder.fmul(args[0], builder.fdiv(one, root, flags=quick), flags=FLAGS)

    return lanes(lanes), make


def _power_of_two(bounds: Any) -> Any:
    def power(typing, lanes):
        def make(context, builder, sig, args):
            kind = sig.args[0]
            if kind.real == types.float64:
                return builder.call(in_llvm(builder, "exp2", kind.row, [kind.row], kind.row), args)
            return _single_power(builder, args[0], kind, bounds)

        return lanes(lanes), make

    return intrinsic(power)


# 2**x: to 5e-6 of its value in single precision, exact in double precision
power_of_two = _power_of_two((("<", -100.0), (">", 100.0)))
decay = _power_of_two((("<", -100.0),))  # the same for x <= 0


def _single_power(builder: Any, x: Any, kind: Lanes, bounds: Any) -> Any:
    """2**n by the exponent bits, 2**f by a polynomial: n + f = x."""

    def constant(value: float) -> Any:
        return ir.Constant(kind.row, [value] * kind.count)

    whole = ir.VectorType(ir.IntType(32), kind.count)
    power = x
    for test, bound in bounds:
        out = builder.fcmp_ordered(test, power, constant(bound), flags=FLAGS)
        power = builder.select(out, constant(bound), power)
    # So large a number has no fraction: its last bits are n.
    shifted = builder.fadd(power, constant(ROUNDING), flags=("nnan",))
    n = builder.fsub(shifted, constant(ROUNDING), flags=("nnan",))
    f = builder.fsub(power, n, flags=FLAGS)
    value = constant(POWER[-1])
    for coefficient in reversed(POWER[:-1]):
        value = builder.fadd(
            builder.fmul(value, f, flags=FLAGS), constant(coefficient), flags=FLAGS
        )
    bits = builder.shl(builder.bitcast(shifted, whole), ir.Constant(whole, [23] * kind.count))
    return builder.bitcast(builder.add(builder.bitcast(value, whole), bits), kind.row)
