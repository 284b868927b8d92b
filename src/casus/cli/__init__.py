"""The command line: the one place with a clock, with printing, and with files that a user names."""
