"""Atomic operations and BLAS calls for the compiled kernel; only `kernel` imports it."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_INT, _FLOAT = ir.IntType(64), ir.FloatType()
_ROW_MAJOR = 101


@intrinsic
def fetch_add(typing_context, address, value):
    """Add to the number at an address atomically and return the value before."""

    def generate(context, builder, signature, arguments):
        pointer = builder.inttoptr(arguments[0], _INT.as_pointer())
        return builder.atomic_rmw("add", pointer, arguments[1], "seq_cst")

    return types.int64(types.int64, types.int64), generate


@intrinsic
def take(typing_context, address, free, taken):
    """Change the number at an address from ``free`` to ``taken`` atomically; tell whether it was free."""

    def generate(context, builder, signature, arguments):
        pointer = builder.inttoptr(arguments[0], _INT.as_pointer())
        found = builder.cmpxchg(pointer, arguments[1], arguments[2], "seq_cst", "seq_cst")
        return builder.extract_value(found, 1)

    return types.boolean(types.int64, types.int64, types.int64), generate


@intrinsic
def read(typing_context, address):
    """Return the number at an address as other threads have left it."""

    def generate(context, builder, signature, arguments):
        pointer = builder.inttoptr(arguments[0], _INT.as_pointer())
        return builder.load_atomic(pointer, "seq_cst", 8)

    return types.int64(types.int64), generate


@intrinsic
def yield_processor(typing_context, address):
    """Call the function at an address that yields the processor to other programs."""

    def generate(context, builder, signature, arguments):
        function = ir.FunctionType(ir.IntType(32), [])
        return builder.call(builder.inttoptr(arguments[0], function.as_pointer()), [])

    return types.int32(types.int64), generate


def _product_of_width(width):
    """Return a caller of ``cblas_sgemm`` with sizes of so many bits: C = A B."""

    @intrinsic
    def product(typing_context, address, flip_a, flip_b, m, n, k, a, lda, b, ldb, c, ldc):
        def generate(context, builder, signature, arguments):
            size, option = ir.IntType(width), ir.IntType(32)
            kinds = [option] * 3 + [size] * 3 + [_FLOAT, _INT, size, _INT, size, _FLOAT, _INT, size]
            values = [_INT(_ROW_MAJOR), *arguments[1:6], _FLOAT(1.0), *arguments[6:10], _FLOAT(0.0)]
            values += arguments[10:]
            function = ir.FunctionType(ir.VoidType(), kinds)
            builder.call(
                builder.inttoptr(arguments[0], function.as_pointer()),
                [
                    value if value.type == kind else builder.trunc(value, kind)
                    for value, kind in zip(values, kinds, strict=True)
                ],
            )
            return context.get_dummy_value()

        return types.void(*[types.int64] * 12), generate

    return product


product_64, product_32 = _product_of_width(64), _product_of_width(32)
