"""`casus demo`: a workspace about fictional states with a synthetic year after a ceasefire, imported, run and explained."""
