"""How many connections there may be. ZMQ sets no limit: it accepts until the process has no descriptor left."""

import resource

OWN = 256
"""Descriptors that are no connections: journal, log, desk and ZMQ's own; several times what a hub has open."""


def make_room(connections: int) -> int:
    """Let this process have `connections`, besides what is its own, or as many as the system allows it.

    Returns how many that is. Where strangers take the last descriptor, the desk cannot be reached and no file opened.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OWN
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - OWN
