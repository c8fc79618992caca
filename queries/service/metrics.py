"""What is counted of the service, in the text format of Prometheus: routes, statuses and times, and nobody's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

TEXT = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds


class Metrics:
    """Counts since the start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._under: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()
        self.reloads: Counter[str] = Counter()

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered. `route` as the table of routes has it, never the path that was called."""
        self._requests[method, route, status] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]  (a Counter adds floats as well)
        for bound in BOUNDS:
            if seconds <= bound:
                self._under[route, bound] += 1

    def text(self, gauges: Mapping[str, float], kb: Mapping[str, str]) -> str:
        """Everything, with what is so at this moment (`gauges`) and which knowledge base answers."""
        return "\n".join(self._lines(gauges, kb)) + "\n"

    def _lines(self, gauges: Mapping[str, float], kb: Mapping[str, str]) -> Iterator[str]:
        yield from ("# HELP guidekb_requests_total Requests answered.", "# TYPE guidekb_requests_total counter")
        routes: Counter[str] = Counter()
        for (method, route, status), number in sorted(self._requests.items()):
            routes[route] += number
            yield f'guidekb_requests_total{{method="{method}",route="{route}",status="{status}"}} {number}'
        yield "# HELP guidekb_request_seconds Time from the head of a request to the end of its answer."
        yield "# TYPE guidekb_request_seconds histogram"
        for route, number in sorted(routes.items()):
            for bound in BOUNDS:
                yield f'guidekb_request_seconds_bucket{{route="{route}",le="{bound}"}} {self._under[route, bound]}'
            yield f'guidekb_request_seconds_bucket{{route="{route}",le="+Inf"}} {number}'
            yield f'guidekb_request_seconds_sum{{route="{route}"}} {float(self._seconds[route]):.6f}'
            yield f'guidekb_request_seconds_count{{route="{route}"}} {number}'
        yield from ("# HELP guidekb_reloads_total Times that the knowledge base was read again, by outcome.",)
        yield "# TYPE guidekb_reloads_total counter"
        for outcome in ("done", "refused"):
            yield f'guidekb_reloads_total{{outcome="{outcome}"}} {self.reloads[outcome]}'
        for name, value in sorted(gauges.items()):
            yield from (f"# TYPE guidekb_{name} gauge", f"guidekb_{name} {value:g}")
        labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sorted(kb.items()))
        yield from ("# HELP guidekb_kb_info The knowledge base that answers.", "# TYPE guidekb_kb_info gauge")
        yield f"guidekb_kb_info{{{labels}}} 1"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
