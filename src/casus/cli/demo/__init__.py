"""`casus demo`: a workspace about fictional states with a synthetic year after a ceasefire, imported, run and explained.

- `parameters`: the rates and where they come from; `draws`: seeded draws
- `places`, `fire`, `strikes`, `story`: the year, as rows and lines
- `files`: the source files as text; `run`: the steps; `screen`: the last screen; `command`: the command
"""

from casus.cli.demo.command import demo

__all__ = ["demo"]
