"""Runs cases, and prints one JSON document a line: {"case", "ok", "seconds", "message"}.

    python3 run.py --endpoint URL [--service S] [--case TEXT] [--shard 1/2] [--threads 8] [--patience 30]
    python3 run.py --list --models ecs,elbv2      the cases, and what botocore's models document, without running any
"""

import argparse
import importlib.util
import json
import pathlib
import re
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import botocore.session

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
sys.dont_write_bytecode = True

from harness import Aws, cases  # noqa: E402
from harness.aws import Settings, watched  # noqa: E402


def load():
    for file in sorted((here / "cases").glob("*.py")):
        spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", file.stem), file)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def chosen(options):
    wanted = [
        case
        for case in cases
        if (not options.service or case.service in options.service.split(","))
        and (not options.case or options.case.replace(" ", "_") in case.id)
    ]
    at, of = (int(part) for part in options.shard.split("/"))
    return [case for index, case in enumerate(wanted) if index % of == at - 1]


def run(case, settings):
    aws = Aws(settings)
    started = time.monotonic()
    message = None
    try:
        with watched(aws):
            case.run(aws)
        message = unfulfilled(case, aws.calls)
    except botocore.exceptions.ClientError as error:
        said = error.response["Error"]
        message = f"{error.operation_name} was refused with {said.get('Code')}: {said.get('Message')}{where(error)}"
    except AssertionError as error:
        message = f"{error or 'an assertion without words'}{where(error)}"
    except Exception as error:  # whatever a wrong answer leads to: a KeyError, a time-out
        message = f"{type(error).__name__}: {error}{where(error)}"
    finally:
        aws.close()
    seconds = round(time.monotonic() - started, 3)
    return {"case": case.id, "ok": message is None, "seconds": seconds, "message": message}


def unfulfilled(case, calls):
    """A case that does not do what it says is none."""
    for operation in case.operations:
        codes = [code for called, code in calls if called == operation]
        if not codes:
            return f"says that it judges {operation}, and never called it"
        if case.error is not None and case.error not in codes:
            return f"says that {operation} answers {case.error}, and it never did"
        if case.shows in ("success", "waiter") and case.error is None and all(codes):
            return f"says that {operation} succeeds, and it was always refused: {', '.join(map(str, codes))}"
    return None


def where(error):
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if "/cases/" in frame.filename]
    return f" ({pathlib.Path(lines[-1].filename).name}:{lines[-1].lineno})" if lines else ""


def models(names):
    session = botocore.session.get_session()
    described = {}
    for name in names:
        service = session.get_service_model(name)
        try:
            paged = set(session.get_paginator_model(name)._paginator_config)
        except botocore.exceptions.DataNotFoundError:
            paged = set()
        described[name] = {
            operation: {
                "errors": sorted({shape.error_code for shape in service.operation_model(operation).error_shapes}),
                "paged": operation in paged,
                "asked": bool(getattr(service.operation_model(operation).input_shape, "members", None)),
            }
            for operation in service.operation_names
        }
    return described


def listed():
    return [
        {
            "id": case.id,
            "operations": case.operations,
            "shows": case.shows,
            "error": case.error,
            "page": case.page,
            "file": pathlib.Path(case.file).name,
        }
        for case in cases
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", help="without it, AWS itself, with your credentials")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--service")
    parser.add_argument("--case")
    parser.add_argument("--shard", default="1/1")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--patience", type=float, default=30.0)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--models", default="")
    options = parser.parse_args()
    load()
    if options.list:
        print(json.dumps({"cases": listed(), "models": models(filter(None, options.models.split(",")))}))
        return
    settings = Settings(options.endpoint, options.region, options.patience)
    printing = threading.Lock()

    def report(case):
        result = run(case, settings)
        with printing:
            print(json.dumps(result), flush=True)

    with ThreadPoolExecutor(options.threads) as pool:
        for done in [pool.submit(report, case) for case in chosen(options)]:
            done.result()


main()
