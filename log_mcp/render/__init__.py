"""Answers as text, or as JSON, within a budget of tokens.

Text is what a model reads: a header in our words, then what logs say inside a fence, then
a footer if something was cut. `fit` keeps the same budget for programs.
"""

from log_mcp.render.alerts import told as alert_line
from log_mcp.render.clearing import cleared
from log_mcp.render.compare import TOKENS as COMPARISON_TOKENS
from log_mcp.render.compare import comparison
from log_mcp.render.fit import compact, fenced, fit
from log_mcp.render.numbers import aggregates
from log_mcp.render.page import TOKENS_MAX
from log_mcp.render.patterns import patterns
from log_mcp.render.report import error, explanation
from log_mcp.render.rows import seek
from log_mcp.render.tables import overview, search, trends
from log_mcp.render.tokens import tokens
from log_mcp.render.waiting import waited

__all__ = [
    "COMPARISON_TOKENS",
    "TOKENS_MAX",
    "aggregates",
    "alert_line",
    "cleared",
    "compact",
    "comparison",
    "error",
    "explanation",
    "fenced",
    "fit",
    "overview",
    "patterns",
    "search",
    "seek",
    "tokens",
    "trends",
    "waited",
]
