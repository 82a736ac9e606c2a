"""Can the internet be reached? Asked only where the policy names targets, and of these alone.

For each target: look the name up, refuse addresses that are not public (reliably: after the
look-up, and the very address is then connected to), connect, and on port 443 do a TLS handshake
that verifies certificate and name (with the policy's CA bundle where it has one). Nothing is sent
after that, so nothing can redirect; no proxy is used. On port 80 nobody can tell a captive portal
from the target without asking it something: there the word is `connected`.

InternetReached is True when one target was reached. It is False when all of them
failed for certain: refused, no route, no such name, no DNS answer. A time-out may be a firewall
that drops or a slow network, and an intercepted connection has reached something: then, and where
we refused ourselves, it is Unknown. InternetProbe has each target's outcome.

Recorded: `internet` is {"pypi.org:443": "reached", ...}, in the words below.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..host import Host, Unreadable
from ..model import Fact, Known, Reason, ResourceKind, Unknown, utc_now
from . import Context, Source

if TYPE_CHECKING:
    import ssl

LABEL = "the internet probe"
SECONDS = 5.0
"""For all targets, side by side; a name that has no address by then got no DNS answer."""
CONNECT_SECONDS = 1.5
"""For each of at most two addresses, and again for each handshake."""
MOST_TARGETS = 10

REACHED, CONNECTED, REFUSED, TIMED_OUT = "reached", "connected", "refused", "timed out"
NO_ROUTE, NO_SUCH_NAME, NO_DNS = "no route", "no such name", "no DNS answer"
TLS_FAILED, UNCHECKED = "TLS failed", "TLS can't be verified: no CA certificates here"
INTERCEPTED, PRIVATE = "TLS intercepted", "refused by us (private address)"
_GOOD = {REACHED}
_BAD = {REFUSED, NO_ROUTE, NO_SUCH_NAME, NO_DNS}
_WHY = {
    TIMED_OUT: Reason.TIMEOUT,
    PRIVATE: Reason.NOT_PERMITTED_BY_POLICY,
    CONNECTED: Reason.CAPTIVE,  # it may be a portal
}
"""Reasons for Unknown; the rest is a matter of TLS."""
_WORDS = re.compile(
    "|".join(map(re.escape, [*_GOOD, *_BAD, *_WHY, TLS_FAILED, UNCHECKED]))
    + rf"|{INTERCEPTED}( by [ -~]{{1,64}})?"
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def observe(context: Context) -> Mapping[str, Fact]:
    """Try all targets at once."""
    targets = tuple(dict.fromkeys(context.targets))[:MOST_TARGETS]
    if not targets:
        detail = "the policy names no internet_targets to connect to"
        return SOURCE.unknown(Unknown(Reason.NOT_PERMITTED_BY_POLICY, detail))
    try:
        if context.host.root is not None:
            outcomes = _recorded(context.host, targets)
        else:
            outcomes = _try_all(targets, context.aws.ca_bundle)
    except Unreadable as error:
        return SOURCE.unknown(Unknown(Reason.NOT_FOUND, str(error)))
    except (OSError, ValueError) as error:
        detail = f"the CA bundle can't be used ({type(error).__name__})"
        return SOURCE.unknown(Unknown(Reason.TLS, detail))
    text = "; ".join(f"{target} {outcome}" for target, outcome in sorted(outcomes.items()))
    reached = judge(set(outcomes.values()))
    fact = Known(reached, LABEL, utc_now()) if isinstance(reached, bool) else reached
    return {"InternetReached": fact, "InternetProbe": Known(text, LABEL, utc_now())}


def judge(outcomes: set[str]) -> bool | Unknown:
    """Whether the internet was reached; see above."""
    if outcomes & _GOOD:
        return True
    uncertain = sorted(outcomes - _BAD)
    if not uncertain:
        return False
    reason = next((_WHY[word] for word in uncertain if word in _WHY), Reason.TLS)
    return Unknown(reason, f"not for certain: {'; '.join(uncertain)}", LABEL)


def _recorded(host: Host, targets: tuple[str, ...]) -> dict[str, str]:
    recorded = host.recorded("internet")
    known = recorded if isinstance(recorded, dict) else {}
    for target in targets:
        if not isinstance(word := known.get(target), str) or not _WORDS.fullmatch(word):
            raise Unreadable(f"no outcome is recorded for {target}")
    return {target: known[target] for target in targets}


def _try_all(targets: tuple[str, ...], ca_bundle: str | None) -> dict[str, str]:
    """The outcome of each. Raises OSError or ValueError where the CA bundle is none."""
    import ssl  # here, as this file is loaded where nothing is probed, too
    from concurrent.futures import ThreadPoolExecutor, wait

    trusted = ssl.create_default_context(cafile=ca_bundle)
    resolved: set[str] = set()
    pool = ThreadPoolExecutor(max_workers=MOST_TARGETS)  # its threads die with the process
    tries = {pool.submit(_try, target, trusted, resolved): target for target in targets}
    done, _ = wait(tries, SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    unfinished = {target: TIMED_OUT if target in resolved else NO_DNS for target in targets}
    return unfinished | {tries[ended]: ended.result() for ended in done}


def _try(target: str, trusted: ssl.SSLContext, resolved: set[str]) -> str:
    name, _, port = target.rpartition(":")
    try:
        found = socket.getaddrinfo(name, int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return NO_DNS if error.errno == socket.EAI_AGAIN else NO_SUCH_NAME
    except (OSError, ValueError):  # a name that IDNA does not allow
        return NO_SUCH_NAME
    resolved.add(target)
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if not all(is_public(ipaddress.ip_address(address)) for address in addresses):
        return PRIVATE
    tls = trusted if port == "443" else None
    by_family = {":" in address: address for address in reversed(addresses)}  # the first of each
    outcomes = [
        _try_address((a, int(port)), name, tls) for a in addresses if a in by_family.values()
    ]
    return next((word for word in outcomes if word not in _BAD), outcomes[-1])


def is_public(address: IpAddress) -> bool:
    """Not loopback, link-local (AWS's metadata service, name server and clock), private, ULA,
    shared, documentation, multicast or reserved; nor such an IPv4 address within an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _try_address(address: tuple[str, int], name: str, tls: ssl.SSLContext | None) -> str:
    try:
        with socket.create_connection(address, timeout=CONNECT_SECONDS) as connection:
            if tls is None:
                return CONNECTED
            return _handshake(connection, address, name, tls)
    except TimeoutError:
        return TIMED_OUT
    except ConnectionRefusedError:
        return REFUSED
    except OSError:  # network or host unreachable, or forbidden by this machine
        return NO_ROUTE


def _handshake(
    connection: socket.socket, address: tuple[str, int], name: str, tls: ssl.SSLContext
) -> str:
    import ssl

    from ..tls import shake_hands

    end = time.monotonic() + CONNECT_SECONDS
    try:
        shake_hands(connection, name, tls, end)
        return REACHED
    except TimeoutError:
        return TIMED_OUT
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in (9, 10):  # not valid yet, no more: a wrong clock or an old one
            return TLS_FAILED
        has_cas = tls.cert_store_stats()["x509_ca"] or ssl.get_default_verify_paths().capath
        return _intercepted(address, name) if has_cas else UNCHECKED
    except (OSError, ValueError):
        return TLS_FAILED


def _intercepted(address: tuple[str, int], name: str) -> str:
    from ..tls import issuer_at

    who = issuer_at(address, name, CONNECT_SECONDS)
    return f"{INTERCEPTED} by {who}" if who is not None else INTERCEPTED


SOURCE = Source(
    name="internet",
    label=LABEL,
    facts=("InternetReached", "InternetProbe"),
    kinds=frozenset(
        {ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}
    ),
    observe=observe,
    opt_in=True,
)
