"""Host names to addresses, within a time limit. The only place that asks the system's resolver."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, as text, in the system's order. OSError or UnicodeError where there are none.

    Hosts written as decimal, octal or hexadecimal numbers come back as the addresses they stand for.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def resolve_within(seconds: float, resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """As `resolve`; TimeoutError when it takes longer.

    The system's resolver cannot be interrupted, so it runs in a thread that is left behind when time is up
    and that does not keep the process alive.
    """
    outcome: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            outcome.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            outcome.put(error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = outcome.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError(f"{host} was not resolved in time") from None
    if isinstance(answer, (OSError, UnicodeError)):
        raise answer
    return answer
