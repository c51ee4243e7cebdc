"""The registry of cases: what each judges, what it shows, and the AWS page that it was written from."""

import re
from dataclasses import dataclass
from typing import Callable, List, Optional, Tuple

KINDS = ("success", "error", "validation", "paging", "waiter", "unknown-operation")


@dataclass(frozen=True)
class Case:
    """One behaviour of AWS. `run` gets an `Aws` and raises where the answer is not AWS's."""

    name: str
    operations: Tuple[str, ...]
    shows: str
    error: Optional[str]
    page: str
    file: str
    run: Callable

    @property
    def service(self) -> str:
        return self.operations[0].split(":")[0]

    @property
    def id(self) -> str:
        return f"{self.service}.{self.name}"


cases: List[Case] = []


def case(*operations: str, page: str, shows: str = "success", error: Optional[str] = None):
    """Registers a function as a case.

    operations  what it judges, by boto3's name of the service: "ecs:UpdateService". Each must really be called.
    page        the AWS page that it was written from: "ECS-API/API_UpdateService".
    shows       "success", "validation" (which of two mistakes is named first, or what a member may be), "paging",
                "waiter" or "unknown-operation".
    error       the code of a documented error, which each of the operations must really answer with in the case;
                shows is then "error", unless it is given.
    """
    if error is not None and shows == "success":
        shows = "error"
    assert shows in KINDS, f"{shows} is none of {', '.join(KINDS)}"
    for operation in operations:
        assert re.fullmatch(r"[a-z0-9-]+:\w+", operation), f"{operation}: expected service:Operation"
    assert operations and page, "a case names what it judges and the page that it was written from"

    def register(run: Callable) -> Callable:
        added = Case(run.__name__, operations, shows, error, page, run.__code__.co_filename, run)
        same = [other for other in cases if other.id == added.id]
        assert not same, f"two cases are called {added.id}"
        cases.append(added)
        return run

    return register
