"""What no single key of a configuration can know: what two of them say against each other."""

import ipaddress
import os
from collections.abc import Collection, Mapping
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bitten.rules.access import problem_with, problem_with_name
from bitten.rules.alerts import AlertSettings
from bitten.sections import Config, Security
from bitten.units import SymbolName
from bitten.wire.session import Timeframe

_LONGEST_SOCKET_PATH = 107
"""Bytes: `sun_path` of unix(7) without its final 0."""


def contradictions(config: Config, names: Mapping[str, Collection[str]]) -> list[str]:
    """What no single key can know. `names`: users and tiers that are named, those that are wrong in themselves too."""
    found = []
    users, tiers = names.get("users", ()), names.get("tiers", ())
    if config.security.mode is Security.PLAIN and not is_loopback(config.sockets.host):
        found.append(
            f"[sockets] host = {config.sockets.host!r}: whoever reaches it could trade; enrol each trader with `bitten "
            'enroll USER --key KEY` and set [security] mode = "curve", or bind a loopback address, as 127.0.0.1'
        )
    found += _wrong_addresses(config)
    found += [f"[users] {problem}" for name in users if (problem := problem_with_name(name))]
    found += _wrong_keys(config)
    for name, user in config.users.items():
        tier = config.tiers.get(user.tier)
        if user.tier not in tiers:
            found.append(f"[users.{name}] tier = {user.tier!r}: must be one of {', '.join(tiers) or '(no tiers)'}")
        elif tier is not None and user.mode not in tier.modes:
            found.append(f"[users.{name}] mode = {user.mode!r}: tier {user.tier} allows {', '.join(tier.modes)}")
    found += [
        f"[market] warm_up: {timeframe!r} must be one of {', '.join(get_args(Timeframe))}"
        for timeframe in config.market.warm_up
        if timeframe not in get_args(Timeframe)
    ]
    found += _wrong_symbols(config.market.symbols)
    found += _wrong_alerts(config.alerts)
    found += [
        f"[venom] sources: {source!r} is not one of the users {', '.join(users)}"
        for source in config.venom.sources
        if source not in users
    ]
    return found


def _wrong_addresses(config: Config) -> list[str]:
    found, sockets, path = [], config.sockets, str(config.desk_path)
    if sockets.command_port == sockets.feedback_port != 0:
        found.append(f"[sockets] feedback_port = {sockets.feedback_port}: is the command_port too; each has its own")
    if (length := len(os.fsencode(path))) > _LONGEST_SOCKET_PATH:
        found.append(f"[desk] path = {path!r}: has {length} bytes, a socket's path at most {_LONGEST_SOCKET_PATH}")
    return found


def _wrong_alerts(alerts: AlertSettings) -> list[str]:
    """Whether a URL is one is asked where it is used: to know all services takes the time of a whole command."""
    found = []
    try:
        ZoneInfo(alerts.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(f'[alerts] zone = {alerts.zone!r}: is no time zone that is known here, as "Europe/Berlin"')
    for name, route in alerts.routes.items():
        given = [key for key in ("url", "url_env", "url_file") if getattr(route, key)]
        if problem := problem_with_name(name):
            found.append(f"[alerts.routes] {problem.replace('user', 'route', 1)}")
        if len(given) != 1:
            what = " and ".join(given) or "none of them"
            found.append(f"[alerts.routes.{name}] is given {what}: must be one of url, url_env, url_file")
    return found


def _wrong_symbols(symbols: tuple[str, ...]) -> list[str]:
    """Those that no message could name (protocol 1.3), or that are there twice."""
    found = [f"[market] symbols: {each!r} is there twice" for each in sorted(set(symbols)) if symbols.count(each) > 1]
    for each in symbols:
        try:
            msgspec.convert(each, SymbolName)
        except msgspec.ValidationError:
            found.append(f"[market] symbols: {each!r} must be 1 to 32 visible ASCII letters, no blank")
    return found


def _wrong_keys(config: Config) -> list[str]:
    found, owners = [], dict[str, str]()
    for name, user in config.users.items():
        if not user.public_key:
            continue
        if problem := problem_with(user.public_key):
            found.append(f"[users.{name}] public_key = {problem}")
        elif (owner := owners.setdefault(user.public_key, name)) != name:
            found.append(f"[users.{name}] public_key: is that of {owner} too; each installation has a key of its own")
    return found


def is_loopback(host: str) -> bool:
    """Only this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
