"""Drafting faults: what a text that checks without error still leaves open to whoever wants to use the gap."""
