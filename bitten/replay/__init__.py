"""History through the brains that trade live: no sockets, no loop, no clock. The same input gives the same output."""
