"""Readers of real formats: a file → drafts for the journal, with every row that is not taken and why.

`read_rows` gives one result a row; `import_file` puts the accepted ones on the record and writes the rejected ones to a
file of their own. See `docs/intake.md`.
"""

from casus.intake.fit import Fitted, Misfit, fit
from casus.intake.formats import FORMATS, Format, Option, read_rows
from casus.intake.importing import ImportReport, import_file
from casus.intake.known import KnownRule
from casus.intake.mapping import Mapping, load_mapping
from casus.intake.rows import Accepted, Note, Rejected, Row, Skipped, UnreadableFile

__all__ = [
    "FORMATS",
    "Accepted",
    "Fitted",
    "Format",
    "ImportReport",
    "KnownRule",
    "Mapping",
    "Misfit",
    "Note",
    "Option",
    "Rejected",
    "Row",
    "Skipped",
    "UnreadableFile",
    "fit",
    "import_file",
    "load_mapping",
    "read_rows",
]
