"""What is wrong, where, why, and what helps: data first, text second."""

from casus.diagnostics.finding import Diagnostic, Related, Severity, Span

__all__ = ["Diagnostic", "Related", "Severity", "Span"]
