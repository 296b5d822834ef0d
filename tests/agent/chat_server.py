"""A real HTTP server on this machine that speaks chat-completions, streams and faults included."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Say:
    """One scripted answer.

    Attributes:
        text: the words.
        calls: (name, arguments as text) of tool calls; the text may be broken JSON.
        status: an HTTP status other than 200 answers with an error.
        retry_after: seconds for the header of that name.
        cut_after: stop the stream after this many events, without saying why; -1 never.
        reset: break the connection instead of closing it when cut.
        refusal: the model's refusal.
        finish: why the answer ended; None = "tool_calls" or "stop".
        raw: send this body instead of a stream.
        wait: seconds before anything is sent.
        usage: (read, written) tokens, told in a last event as servers do that count.
    """

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    status: int = 200
    retry_after: str | None = None
    cut_after: int = -1
    reset: bool = False
    refusal: str | None = None
    finish: str | None = None
    raw: bytes | None = None
    wait: float = 0.0
    usage: tuple[int, int] | None = None

    def events(self) -> Iterable[dict[str, Any]]:
        def event(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}

        yield event({"role": "assistant", "content": ""})
        for word in self.text.split(" ") if self.text else []:
            yield event({"content": word + " "})
        if self.refusal:
            yield event({"refusal": self.refusal})
        for index, (name, arguments) in enumerate(self.calls):
            head = {"index": index, "id": f"id{time.monotonic_ns()}", "type": "function"}
            yield event({"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]})
            for start in range(0, len(arguments), 7):  # arguments come in pieces, as real servers send them
                piece = {"index": index, "function": {"arguments": arguments[start : start + 7]}}
                yield event({"tool_calls": [piece]})
        yield event({}, self.finish or ("tool_calls" if self.calls else "stop"))
        if self.usage is not None:
            read, written = self.usage
            counted = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
            yield event({}) | {"choices": [], "usage": counted}


@dataclass
class ChatServer:
    """Answers from a list; what it was asked is kept in `asked`."""

    lines: list[Say] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> "ChatServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """Stays quiet."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append(json.loads(body))
                outer.headers.append(dict(self.headers))
                line = outer.lines.pop(0) if outer.lines else Say(status=500)
                time.sleep(line.wait)
                try:
                    self._answer(line)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the client gave up: that is what the test wanted

            def _answer(self, line: Say) -> None:
                if line.status != 200 or line.raw is not None:
                    message = {"error": {"message": f"scripted {line.status}", "type": "scripted", "code": None}}
                    data = line.raw if line.raw is not None else json.dumps(message).encode()
                    self.send_response(line.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    if line.retry_after is not None:
                        self.send_header("Retry-After", line.retry_after)
                    self.end_headers()
                    self.wfile.write(data)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                if line.reset:
                    self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                for count, event in enumerate(line.events()):
                    if count == line.cut_after:
                        return  # in chunked coding the missing last chunk is a broken connection
                    self._send(f"data: {json.dumps(event)}\n\n".encode(), line.reset)
                self._send(b"data: [DONE]\n\n", line.reset)
                if line.reset:
                    self.wfile.write(b"0\r\n\r\n")

            def _send(self, data: bytes, chunked: bool) -> None:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"
