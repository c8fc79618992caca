"""How often one client may call: a bucket of tokens for each, filled at a steady rate."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000  # clients remembered; the one that has not called for longest makes room


class Rate:
    """`rate` requests a second on average and `burst` at once; a rate of 0 is no limit. `clock` in seconds."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when they were counted

    def wait(self, client: str) -> float:
        """Take a token: 0 when there is one, otherwise the seconds until there will be."""
        if not self.rate:
            return 0.0
        now = self.clock()
        tokens, since = self._buckets.pop(client, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + max(0.0, now - since) * self.rate)
        missing = max(0.0, 1 - tokens)
        self._buckets[client] = (tokens if missing else tokens - 1, now)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return missing / self.rate


def client_of(address: str) -> str:
    """Who counts as one client: an address; of IPv6 the network, since a client has all addresses in it."""
    from ipaddress import IPv6Address, ip_address, ip_network

    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)
