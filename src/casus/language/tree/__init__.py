"""From Lark's tree of a declaration to the frozen nodes of `casus.language.nodes`."""

from casus.language.tree.declarations import Builder

__all__ = ["Builder"]
