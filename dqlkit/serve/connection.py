"""A connection: bytes become requests, and answers bytes, as HTTP/1.1 has them, within limits of size and time.

    bytes ─ head ─ `begin` says who answers, or refuses ─ body ─ handler ─ answer ─ bytes

All requests that are there are read before the first of them is handled: the processor does one thing many times sooner than
many things in turn.

Requests that come without waiting for answers are answered in their order. A client that has closed its side after a request
still gets the answer. What is refused before its body is there is read to its end, so that the client hears why, unless it is
too large.
"""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol
from urllib.parse import unquote

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url

from dqlkit.frozen import mutable
from dqlkit.serve.bodies import too_large
from dqlkit.serve.envelopes import classic
from dqlkit.serve.fault import Answer, Fault
from dqlkit.serve.request import Request
from dqlkit.serve.response import written

__all__ = ["Connection", "Handling", "Site"]

#: The most bytes of a head, and the requests that one client may have under way.
_HEAD, _AHEAD = 64 << 10, 16
#: Seconds that a client may take: for its next request, for a head, for a body, to hear that it is refused.
_IDLE, _HEAD_SECONDS, _BODY_SECONDS, _LEAVING = 30.0, 20.0, 60.0, 2.0
_NEVER = float("inf")
#: So many bytes of a body that nobody wants are read to its end.
_UNWANTED = 16 << 20


class Handling(Protocol):
    """What answers a request: the most bytes its body may have, the answer to the whole of it, and how a fault is written.

    What makes the answer waits for futures of the loop, and for nothing else.
    """

    most: int

    def answer(self, request: Request) -> Coroutine[Any, None, Answer]: ...

    def refused(self, fault: Fault) -> Answer: ...


@mutable(eq=False)
class Site:
    """What all connections share: who answers a request by its head, the connections that are there, and the most of them."""

    begin: Callable[[Request], Handling | Answer]
    connections: set[Connection]
    most: int
    scheme: str = "http"

    def look(self) -> None:
        """End the connections whose time is over. One look a second costs less than a timer for each of them."""
        now = time.monotonic()
        for one in [*self.connections]:
            if one.until < now:
                one.late()


@mutable(eq=False)
class _Turn:
    """A request whose answer is due, with what answers it, or the answer. Afterwards the connection may be kept."""

    request: Request
    handling: Handling | Answer
    keep: bool


class _RefusedError(Exception):
    """The answer is there before the request is."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, site: Site) -> None:
        self._site, self._loop = site, asyncio.get_running_loop()
        self._parser: Any = HttpRequestParser(self)
        self._turns: deque[_Turn] = deque()
        #: What makes the answer that is next.
        self._work: Coroutine[Any, None, Answer] | None = None
        self._transport: Any = None
        self._client = ""
        #: Nothing more is read as a request; the last answer was sent; the client was refused, or has closed its side.
        self._closing = self._is_over = self._refused = self._ended = False
        #: The answers that wait to be read by the client are many.
        self._full, self._unread = False, 0
        self.until = _NEVER
        self._fresh()

    def _fresh(self) -> None:
        """Between two requests."""
        self._url, self._hosts = b"", 0
        self._headers: dict[str, str] = {}
        #: The bytes that came since a head began: none yet where it began behind another request. None where a body follows.
        self._head: int | None = 0
        self._request: Request | None = None
        self._handling: Handling | Answer | None = None
        self._body: list[bytes] = []
        self._size = 0

    # ---- from the transport ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._client = peer[0] if isinstance(peer, tuple) else ""
        self._site.connections.add(self)
        self.until = time.monotonic() + _IDLE
        if len(self._site.connections) > self._site.most:
            self._refuse(Fault(503, "Too many clients are connected.", headers={"Retry-After": "5"}))

    def connection_lost(self, exc: Exception | None) -> None:
        self._site.connections.discard(self)
        self._is_over = self._closing = True
        self._turns.clear()

    def data_received(self, data: bytes) -> None:
        if self._closing:  # a client that was refused may still send for a while, and read why
            return
        if self._head is not None:
            if not self._head:
                self.until = time.monotonic() + _HEAD_SECONDS
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:  # is not taken up: the request is read again without it
            if self._parser.get_method() == b"CONNECT":
                self._refuse(Fault(405, "CONNECT is not supported here."))
                return
            head = self._without_upgrade()
            self._parser = HttpRequestParser(self)
            self._fresh()
            self.data_received(head + data[upgrade.args[0] :])
            return
        except HttpParserError as problem:
            self._refuse(_why(problem))
            return
        if self._head is not None and self._head > 2 * _HEAD:
            self._refuse(_too_long(self._headers))

    def eof_received(self) -> bool:
        """The client sends no more. It still reads, unless the connection is encrypted, which ends as a whole."""
        self._ended = True
        if self._request is not None and not self._closing:
            self._refuse(Fault(400, "The connection was closed before the body was complete."))
        self._closing = True
        return bool(self._turns) and self._site.scheme == "http"

    def pause_writing(self) -> None:
        self._full = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._full = False
        self._transport.resume_reading()
        if self._work is None:
            self._next()

    # ---- from the parser -------------------------------------------------------------------------------------------

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode("latin-1").lower()
        self._hosts += key == "host"
        self._headers.setdefault(key, value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        if self._parser.should_upgrade():
            return
        came, self._head = self._head, None
        if not came or came > _HEAD:
            self._check_length()
        version = self._parser.get_http_version()
        if self._hosts != 1 and (self._hosts or version != "1.0"):
            raise Fault(400, "A request needs one header `Host`.")
        path, query = _address(self._url)
        request = self._request = Request(
            self._parser.get_method().decode(), path, query, self._headers, version, self._site.scheme, self._client
        )
        handling = self._handling = self._site.begin(request)
        awaits = "expect" in self._headers and self._headers["expect"].lower() == "100-continue"
        if not isinstance(handling, Answer):
            if awaits and not self._work:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.until = time.monotonic() + _BODY_SECONDS
        elif awaits or handling.status == 413:  # the body does not come, or is not waited for
            raise _RefusedError(handling)

    def _check_length(self) -> None:
        if len(self._url) + sum(map(len, self._headers)) + sum(map(len, self._headers.values())) > _HEAD:
            raise _too_long(self._headers if len(self._url) <= _HEAD else {})

    def _without_upgrade(self) -> bytes:
        """The head that was read, without its wish to go on in another protocol. Clients in Java send it first."""
        method = self._parser.get_method()
        left = {name: value for name, value in self._headers.items() if name not in ("connection", "upgrade")}
        lines = [f"{name}: {value}\r\n".encode("latin-1") for name, value in left.items()]
        version = self._parser.get_http_version().encode()
        return b"%s %s HTTP/%s\r\n%s\r\n" % (method, self._url, version, b"".join(lines))

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        handling = self._handling
        if handling is None or isinstance(handling, Answer):
            if self._size > _UNWANTED:
                raise _RefusedError(handling or Answer(413))
        elif self._size > handling.most:
            raise _RefusedError(handling.refused(too_large(handling.most)))
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        request, handling = self._request, self._handling
        if request is None or handling is None:  # its head will be read again
            return
        request.body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._turns.append(_Turn(request, handling, self._parser.should_keep_alive()))
        self._fresh()
        if self._work is None:
            self._next()
        elif len(self._turns) >= _AHEAD:
            self._transport.pause_reading()

    # ---- answers ---------------------------------------------------------------------------------------------------

    def _next(self) -> None:
        """Answer the request whose turn it is."""
        while self._turns and not self._is_over and not self._full:
            turn = self._turns[0]
            if not isinstance(turn.handling, Answer):
                self.until = _NEVER
                self._work = turn.handling.answer(turn.request)
                self._loop.call_soon(self._go_on)
                return
            self._turns.popleft()
            self._send(turn, turn.handling)
        self._work = None
        if not self._is_over:
            waits = _IDLE if self._head == 0 else _BODY_SECONDS if self._head is None else _HEAD_SECONDS
            self.until = time.monotonic() + waits

    def _go_on(self, _: object = None) -> None:
        """Make the answer as far as that goes without waiting. A task would do so too, and take longer to start and to end."""
        assert self._work is not None
        try:
            awaited = self._work.send(None)
        except StopIteration as ended:
            self._answered(ended.value)
        else:
            awaited._asyncio_future_blocking = False  # so a future is told that somebody waits
            awaited.add_done_callback(self._go_on)

    def _answered(self, found: Answer) -> None:
        if self._is_over:
            return
        if len(self._turns) == _AHEAD:
            self._transport.resume_reading()
        self._send(self._turns.popleft(), found)
        self._next()

    def _send(self, turn: _Turn, found: Answer) -> None:
        keep = turn.keep and (bool(self._turns) or not self._closing)
        self._transport.write(written(found, turn.request, keep))
        if keep:
            return
        self._is_over = self._closing = True
        self._turns.clear()
        self.until = time.monotonic() + _LEAVING
        if self._refused and not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()  # closing over what is still sent would take the answer along
        else:
            self._transport.close()

    # ---- ends ------------------------------------------------------------------------------------------------------

    def _refuse(self, why: Fault | _RefusedError) -> None:
        """Give the last answer, behind those that are due."""
        found = classic(why) if isinstance(why, Fault) else why.answer
        self._closing = self._refused = True
        self._turns.append(_Turn(self._request or Request("GET", "/", "", {}), found, False))
        self._request = None
        if self._work is None:
            self._next()

    def late(self) -> None:
        """The client has taken too long, unless it reads, if slowly."""
        unread = self._transport.get_write_buffer_size()
        handling = self._handling
        if 0 < unread != self._unread:
            self._unread, self.until = unread, time.monotonic() + _IDLE
        elif self._request is not None and handling is not None and not isinstance(handling, Answer):
            fault = Fault(408, f"The body did not come within {_BODY_SECONDS:.0f} seconds.")
            self._refuse(_RefusedError(handling.refused(fault)))
        elif self._work is not None:
            self.until = _NEVER
        else:
            self._transport.abort()

    def finish(self) -> bool:
        """End, now or after the answers that are due; whether that is now."""
        if self._work is not None:
            self._closing = True
            return False
        self._transport.close()
        return True


def _why(problem: HttpParserError) -> Fault | _RefusedError:
    """What the parser ended with: what a request was refused with, a mistake of the client, or one of ours."""
    cause = problem.__context__
    if isinstance(cause, (Fault, _RefusedError)):
        return cause
    if isinstance(problem, HttpParserCallbackError):
        traceback.print_exception(cause, file=sys.stderr)
        return Fault(500, "The server failed; its log says why.")
    return Fault(400, f"This is no request of HTTP/1.1: {problem}.")


def _too_long(headers: Mapping[str, str]) -> Fault:
    """The fault for a head that is too long: of its address, where no header was read."""
    status, what = (431, "head") if headers else (414, "address")
    return Fault(status, f"The {what} is larger than {_HEAD:,} bytes.")


def _address(url: bytes) -> tuple[str, str]:
    """Path and parameters of an address, which may be a whole one."""
    if not url.startswith(b"/"):
        try:
            parsed = parse_url(url)
        except HttpParserError:
            raise Fault(400, "The request has no address.") from None
        url = (parsed.path or b"/") + (b"?" + parsed.query if parsed.query else b"")
    path, _, query = url.partition(b"#")[0].partition(b"?")
    text = path.decode("latin-1")
    return unquote(text) if "%" in text else text, query.decode("latin-1")
