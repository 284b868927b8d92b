"""What is wrong, where, why, and what helps: data first, text second."""

from casus.diagnostics.finding import Diagnostic, Related, Severity, Span
from casus.diagnostics.render import json_schema, render_text, to_json, to_sarif

__all__ = ["Diagnostic", "Related", "Severity", "Span", "json_schema", "render_text", "to_json", "to_sarif"]
