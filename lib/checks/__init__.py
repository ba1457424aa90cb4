"""Checks: what stands behind ``check("3.4", answer)`` at the end of an exercise."""

from lib.checks.core import check

__all__ = ["check"]
