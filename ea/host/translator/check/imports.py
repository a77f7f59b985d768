"""Prototypes of imported functions against what the library really takes.

MetaEditor believes whatever a prototype says; a wrong one corrupts the stack or cuts a pointer. libzmq's functions are
those of its manual for 64-bit Windows: pointers and `size_t` have 8 bytes, `int` has 4.
"""

from ea.host.translator.check.symbols import Signature
from ea.host.translator.diagnostics import Report
from ea.host.translator.syntax import Parameter
from ea.host.translator.types import INT, LONG, STRING, UCHAR, ULONG, VOID, ArrayType, StructType, Type

LIBZMQ = {
    "zmq_ctx_new": "handle",
    "zmq_ctx_term": "int handle",
    "zmq_ctx_shutdown": "int handle",
    "zmq_ctx_set": "int handle int int",
    "zmq_socket": "handle handle int",
    "zmq_close": "int handle",
    "zmq_bind": "int handle text",
    "zmq_connect": "int handle text",
    "zmq_disconnect": "int handle text",
    "zmq_send": "int handle bytes size int",
    "zmq_recv": "int handle buffer size int",
    "zmq_setsockopt": "int handle int value size",
    "zmq_getsockopt": "int handle int out size_out",
    "zmq_errno": "int",
    "zmq_strerror": "handle int",
    "zmq_version": "void int_out int_out int_out",
    "zmq_has": "int text",
    "zmq_curve_keypair": "int buffer buffer",
    "zmq_curve_public": "int buffer text",
    "zmq_z85_encode": "handle buffer bytes size",
    "zmq_z85_decode": "handle buffer text",
}
"""Result and parameters of the functions that the EA may import."""

_MEANT = {
    "void": "void",
    "handle": "a pointer of 8 bytes: long",
    "int": "an int of 4 bytes: int",
    "size": "a size_t of 8 bytes: ulong",
    "text": "a char* that ends with 0: const uchar &[]",
    "bytes": "a const void*: const uchar &[]",
    "buffer": "a char* to write to: uchar &[]",
    "value": "a const void*: const uchar &[] or const int &",
    "out": "a void* to write to: uchar &[], int & or long &",
    "size_out": "a size_t* of 8 bytes: ulong &",
    "int_out": "an int* to write to: int &",
}


def check(report: Report, signature: Signature) -> None:
    """Refuse a prototype that would pass to the library what it does not take."""
    for parameter in signature.parameters:
        _check_kind(report, parameter)
    if "zmq" not in (signature.library or "").lower():
        report.subset(signature.place, f"nothing is known about the functions of '{signature.library}'")
        return
    if signature.name not in LIBZMQ:
        report.subset(signature.place, f"'{signature.name}' is not among the known functions of libzmq")
        return
    result, *parameters = LIBZMQ[signature.name].split()
    if not _suits(result, signature.result, reference=False, const=False):
        report.subset(signature.place, f"'{signature.name}' returns {_MEANT[result]}")
    if len(parameters) != len(signature.parameters):
        count = len(signature.parameters)
        report.subset(signature.place, f"'{signature.name}' takes {len(parameters)} parameters in C, not {count}")
        return
    for given, wanted in zip(signature.parameters, parameters, strict=True):
        if not _suits(wanted, given.type, given.reference, given.const):
            report.subset(given.place, f"'{given.name}' of '{signature.name}' is {_MEANT[wanted]}")


def _check_kind(report: Report, parameter: Parameter) -> None:
    if parameter.type == STRING:
        report.subset(parameter.place, f"'{parameter.name}' would pass UTF-16: a char* is a uchar &[] of UTF-8")
    element = parameter.type.element if isinstance(parameter.type, ArrayType) else parameter.type
    if isinstance(element, StructType):
        report.error(parameter.place, 298, f"'{parameter.name}': a struct is not passed to a library in the subset")


def _suits(wanted: str, kind: Type, reference: bool, const: bool) -> bool:
    plain = not reference and not isinstance(kind, ArrayType)
    bytes_array = isinstance(kind, ArrayType) and kind.element == UCHAR
    match wanted:
        case "void":
            return kind == VOID
        case "handle":
            return plain and kind == LONG
        case "int":
            return plain and kind == INT
        case "size":
            return plain and kind == ULONG
        case "text" | "bytes":
            return bytes_array and const
        case "buffer":
            return bytes_array and not const
        case "value":
            return const and (bytes_array or (reference and kind == INT))
        case "out":
            return not const and (bytes_array or (reference and kind in (INT, LONG)))
        case "size_out":
            return reference and not const and kind == ULONG
        case _:
            return reference and not const and kind == INT
