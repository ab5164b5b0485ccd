"""libmodsecurity, which the package `libmodsecurity` carries: the same rules, asked of the same requests."""

import ctypes
import importlib.util
import pathlib
import time


def library():
    """The library's file."""
    found = importlib.util.find_spec("libmodsecurity")
    if found is None:
        raise RuntimeError("libmodsecurity is not there: `cargo xtask setup` installs it")
    beside = pathlib.Path(found.origin).parent.parent / "libmodsecurity.libs"
    return next(beside.glob("libmodsecurity-*.so*"))


class Request:
    """A request as bytes; a response is a status, headers and a body."""

    def __init__(self, method, target, headers, body=b"", version="HTTP/1.1", response=None):
        self.method, self.target, self.version = method, target, version
        self.headers, self.body, self.response = headers, body, response

    def line(self):
        """The request for `ringwall-rules`."""
        text = {
            "method": self.method.decode("latin-1"),
            "target": self.target.decode("latin-1"),
            "version": self.version,
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self.headers],
            "body": self.body.decode("latin-1"),
        }
        if self.response:
            status, headers, body = self.response
            headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
            text["response"] = {"status": status, "headers": headers, "body": body.decode("latin-1")}
        return text

    def can_be_asked(self):
        """Whether the library's interface, which takes texts up to a byte of zero, can be given it."""
        return b"\0" not in self.method + self.target


class ModSecurity:
    """The library with rules: files, and texts before and behind them."""

    def __init__(self, parts):
        own = self.own = ctypes.CDLL(str(library()))
        pointer, text, number, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t
        for name, result, arguments in (
            ("msc_init", pointer, []),
            ("msc_create_rules_set", pointer, []),
            ("msc_rules_add", number, [pointer, text, ctypes.POINTER(text)]),
            ("msc_rules_add_file", number, [pointer, text, ctypes.POINTER(text)]),
            ("msc_new_transaction", pointer, [pointer, pointer, pointer]),
            ("msc_process_connection", number, [pointer, text, number, text, number]),
            ("msc_process_uri", number, [pointer, text, text, text]),
            ("msc_add_n_request_header", number, [pointer, text, size, text, size]),
            ("msc_process_request_headers", number, [pointer]),
            ("msc_append_request_body", number, [pointer, text, size]),
            ("msc_process_request_body", number, [pointer]),
            ("msc_add_n_response_header", number, [pointer, text, size, text, size]),
            ("msc_process_response_headers", number, [pointer, number, text]),
            ("msc_append_response_body", number, [pointer, text, size]),
            ("msc_process_response_body", number, [pointer]),
            ("msc_process_logging", number, [pointer]),
            ("msc_get_rules_messages_size", size, [pointer]),
            ("msc_get_rules_messages_rule_ids", size, [pointer, ctypes.POINTER(ctypes.c_int64), size]),
            ("msc_set_log_cb", None, [pointer, pointer]),
            ("msc_transaction_cleanup", None, [pointer]),
        ):
            function = getattr(own, name)
            function.restype, function.argtypes = result, arguments
        self.engine = own.msc_init()
        self.silent = ctypes.CFUNCTYPE(None, pointer, pointer)(lambda *_: None)
        own.msc_set_log_cb(self.engine, ctypes.cast(self.silent, pointer))
        self.rules = own.msc_create_rules_set()
        error = text()
        for part in parts:
            add = own.msc_rules_add_file if isinstance(part, pathlib.Path) else own.msc_rules_add
            if add(self.rules, str(part).encode(), ctypes.byref(error)) < 0:
                raise RuntimeError(f"{part}: {error.value}")

    def ask(self, request):
        """The numbers of the rules that fired and tell of it."""
        own = self.own
        transaction = self.process(request)
        count = own.msc_get_rules_messages_size(transaction)
        numbers = (ctypes.c_int64 * max(count, 1))()
        own.msc_get_rules_messages_rule_ids(transaction, numbers, count)
        own.msc_transaction_cleanup(transaction)
        return list(numbers[:count])

    def process(self, request):
        """All phases of a request."""
        own = self.own
        transaction = own.msc_new_transaction(self.engine, self.rules, None)
        own.msc_process_connection(transaction, b"127.0.0.1", 40000, b"127.0.0.1", 80)
        version = request.version.removeprefix("HTTP/").encode()
        own.msc_process_uri(transaction, request.target, request.method, version)
        for name, value in request.headers:
            own.msc_add_n_request_header(transaction, name, len(name), value, len(value))
        own.msc_process_request_headers(transaction)
        own.msc_append_request_body(transaction, request.body, len(request.body))
        own.msc_process_request_body(transaction)
        if request.response:
            status, headers, body = request.response
            for name, value in headers:
                own.msc_add_n_response_header(transaction, name, len(name), value, len(value))
            own.msc_process_response_headers(transaction, status, b"HTTP/1.1")
            own.msc_append_response_body(transaction, body, len(body))
            own.msc_process_response_body(transaction)
        own.msc_process_logging(transaction)
        return transaction

    def time(self, request, count):
        """Nanoseconds that a request takes, on average of some."""
        begin = time.perf_counter_ns()
        for _ in range(count):
            self.own.msc_transaction_cleanup(self.process(request))
        return (time.perf_counter_ns() - begin) // count
