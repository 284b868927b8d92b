"""Re-verifies what Casus exported, without anything of Casus: nothing but the standard library, no import from above.

`checker` says what is claimed and in which order it is verified, `conditions` what a condition is worth at an instant,
`evidence` what stands in the file. The folder can be copied elsewhere; `python -m casus.recheck FILE` runs it.
"""
