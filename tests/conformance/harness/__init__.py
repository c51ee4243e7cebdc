"""What a case of the conformance suite may use: see tests/conformance/README.md."""

from .aws import Aws
from .case import Case, case, cases

__all__ = ["Aws", "Case", "case", "cases"]
