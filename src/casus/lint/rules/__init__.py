"""One drafting fault a module; the docstring of each is its page in `docs/rules/`."""
