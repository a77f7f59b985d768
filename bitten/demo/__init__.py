"""`bitten demo`: a hub and paper EAs, each a process of its own, over TCP on this machine; then the books compared."""
