"""The life of a connection (section 4), the same with the platform and with a signing server."""

from collections.abc import Callable
from dataclasses import dataclass

from passgate_client import frames
from passgate_client.errors import ConnectionLost, PassgateError, ProtocolError
from passgate_client.messages import Frame, enum_name, enum_number
from passgate_client.tls import Channel

_SHUTDOWN = enum_number("GoAway.Reason", "SHUTDOWN")
_FAREWELLS = {"SHUTDOWN", "MAXIMUM_AGE", "IDLE"}


@dataclass
class Exchange:
    """A call under way, with what each Hello said that was in force meanwhile."""

    hellos: list
    answer: object = None


class Connection:
    """Calls over a verified channel, of one thread. `read_hello` makes of a Hello what its calls need."""

    def __init__(self, channel: Channel, read_hello: Callable):
        self.channel = channel
        self._read_hello = read_hello
        self._hello = None
        self._exchanges: dict[int, Exchange] = {}
        self._last_call = 0
        self._farewell = ""
        try:
            self.handle_next()
            if self._hello is None:
                raise ProtocolError("the server did not begin with Hello")
        except BaseException:
            channel.close()
            raise

    def call(self, kind: str, message) -> int:
        """Sends a call of the kind `request` or `signing_call`; its id."""
        if self._farewell:
            raise ConnectionLost("the server takes its leave: connect again", self._farewell)
        self._last_call += 1
        self._exchanges[self._last_call] = Exchange([self._hello])
        self.channel.send(frames.encode(Frame(call_id=self._last_call, **{kind: message})))
        return self._last_call

    def answer(self, call_id: int) -> Exchange:
        """Waits for the answer of a call."""
        while self._exchanges[call_id].answer is None:
            self.handle_next()
        return self._exchanges.pop(call_id)

    def handle_next(self) -> None:
        """Waits for a frame and does what it asks for."""
        self._handle(frames.read(self.channel.receive))

    def close(self) -> None:
        """Takes leave; answers still under way are not waited for."""
        try:
            self.channel.send(frames.encode(Frame(go_away={"reason": _SHUTDOWN})))
        except PassgateError:
            pass  # the server has left already
        self.channel.close()

    def _handle(self, frame) -> None:
        kind = frame.WhichOneof("kind")
        content = getattr(frame, kind)
        if kind == "hello":
            self._accept_hello(content)
        elif kind == "ping":
            self._answer_ping(content)
        elif kind == "go_away":
            self._accept_go_away(content)
        elif kind in ("response", "signing_reply"):
            self._accept_answer(frame.call_id, content)
        else:
            raise ProtocolError(f"{kind} is not the server's to send")

    def _accept_hello(self, hello) -> None:
        if hello.protocol != 1:
            raise ProtocolError(f"the server speaks protocol {hello.protocol}")
        self._hello = self._read_hello(hello)
        for exchange in self._exchanges.values():
            exchange.hellos.append(self._hello)

    def _answer_ping(self, ping) -> None:
        if len(ping.opaque) != 8:
            raise ProtocolError("a Ping without its 8 bytes")
        self.channel.send(frames.encode(Frame(pong={"opaque": ping.opaque})))

    def _accept_go_away(self, go_away) -> None:
        reason = enum_name("GoAway.Reason", go_away.reason)
        if reason not in _FAREWELLS:
            raise ConnectionLost(f"the server closes the connection: {reason} {go_away.detail}".rstrip(), reason)
        self._farewell = reason
        waiting = [call_id for call_id, exchange in self._exchanges.items() if exchange.answer is None]
        if any(call_id > go_away.last_call_id for call_id in waiting):
            raise ConnectionLost("the server left without processing a call: send it on another connection", reason)

    def _accept_answer(self, call_id: int, answer) -> None:
        exchange = self._exchanges.get(call_id)
        if exchange is None or exchange.answer is not None:
            raise ProtocolError("an answer to no call")
        exchange.answer = answer
