"""Ctrl-C while a query runs in this process.

Python delivers an interrupt to the main thread, and only between two steps of Python code: a thread that waits inside
Polars does not get it. So the query runs in a thread of its own, and the main thread waits in Python. Polars also puts
a handler of its own before Python's, which keeps interrupts to itself while something is collected, and panics; for the
time of a query Python's handler is put back.
"""

from __future__ import annotations

import _imp
import atexit
import contextvars
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TypeVar

from dqlkit.limits import Watch

__all__ = ["interruptible"]

T = TypeVar("T")

#: How long an interrupted query may take to end, in seconds.
_GRACE, _PAUSE = 0.15, 0.03
#: How long the interpreter waits for it at exit.
_AT_EXIT = 5.0


def interruptible(work: Callable[[], T], watch: Watch) -> T:
    """Run `work` so that an interrupt ends the wait at once, and the work as soon as possible.

    Python code ends between two steps, Polars where a batch passes a step that looks at `watch`; a long native step ends
    by itself, in a thread that keeps no process from ending.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()  # interrupts do not come here
    outcome: Future[T] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome.set_result(context.run(work))
        except BaseException as problem:
            outcome.set_exception(problem)

    thread = threading.Thread(target=run, name="dqlkit query", daemon=True)
    _free_imports()
    with _python_hears():
        thread.start()
        try:
            wait([outcome])
        except BaseException:
            watch.stopped = "it was interrupted"
            _interrupt(thread, _GRACE)
            if thread.is_alive():
                _leave(thread)
            raise
    return outcome.result()


def _free_imports() -> None:
    """Give back Python's lock of imports. This thread holds it here only if an interrupt came between the two steps in which
    an earlier import took it and began to care for it; then no other thread could import anything."""
    with suppress(RuntimeError):  # another thread holds it
        while _imp.lock_held():
            _imp.release_lock()


@contextmanager
def _python_hears() -> Iterator[None]:
    """Python's own handler of interrupts, instead of one that was put before it."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is None or "polars" not in sys.modules or os.name != "posix":
        yield
        return
    import ctypes

    sigaction, before = ctypes.CDLL(None).sigaction, ctypes.create_string_buffer(_ACTION)
    sigaction(signal.SIGINT, None, before)
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        sigaction(signal.SIGINT, before, None)


#: At least the size of what the system keeps of a handler.
_ACTION = 512


def _leave(thread: threading.Thread) -> None:
    """Let a thread end by itself, and keep the interpreter for it while it may still call Python."""
    threading.Thread(target=_interrupt, args=(thread, math.inf), name="dqlkit interrupts", daemon=True).start()
    atexit.register(thread.join, _AT_EXIT)


def _interrupt(thread: threading.Thread, seconds: float) -> None:
    """Raise `KeyboardInterrupt` in a thread, and in the threads of Polars that run Python code of a query for it.

    Imports are left alone, for a module that was loaded by half stays broken.
    """
    import ctypes

    until = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < until:
        python = {t.ident for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}
        for ident, frame in sys._current_frames().items():
            callers = set(_modules(frame))
            ours = ident == thread.ident or (ident not in python and any(map(_is_ours, callers)))
            if ours and _IMPORTING not in callers:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(KeyboardInterrupt))
        thread.join(_PAUSE)


_IMPORTING = "importlib._bootstrap"


def _is_ours(module: str) -> bool:
    return module.startswith("dqlkit.")


def _modules(frame: FrameType | None) -> Iterator[str]:
    """The modules of a frame and of its callers."""
    while frame is not None:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
