"""Ctrl-C while a query runs in this process.

Python tells an interrupt to the main thread, and only between two steps of Python code. Whoever waits inside Polars does
not hear it. So the query runs in a thread of its own, and the main thread waits where it can hear.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from types import FrameType
from typing import TypeVar

from dqlkit.limits import Watch

__all__ = ["interruptible"]

T = TypeVar("T")

#: So long the end of an interrupted query is awaited, in seconds.
_GRACE = 0.15


def interruptible(work: Callable[[], T], watch: Watch) -> T:
    """What `work` returns or raises. An interrupt ends the wait for it at once, and the work as soon as it can be.

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
    thread.start()
    try:
        wait([outcome])
    except BaseException:
        watch.stopped = "it was interrupted"
        _interrupt(thread)
        thread.join(_GRACE)
        raise
    return outcome.result()


def _interrupt(thread: threading.Thread) -> None:
    """Raise `KeyboardInterrupt` in a thread, and in the threads of Polars that run Python code of a query for it."""
    import ctypes

    python = {t.ident for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}
    for ident, frame in sys._current_frames().items():
        if ident == thread.ident or (ident not in python and _is_ours(frame)):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(KeyboardInterrupt))


def _is_ours(frame: FrameType | None) -> bool:
    """Whether dqlkit is among the callers."""
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("dqlkit."):
            return True
        frame = frame.f_back
    return False
