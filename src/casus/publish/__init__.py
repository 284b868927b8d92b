"""Agreements in other formats, out and in."""
