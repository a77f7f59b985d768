"""The storm: a hub and paper EAs under random faults, then calm, then the brokers' books against the journal."""
