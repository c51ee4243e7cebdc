"""AWS as one case sees it: boto3's clients, the AWS CLI, names of its own, and a watch over what was really called."""

import json
import os
import re
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.parsers
import urllib3
from botocore import xform_name

_clients = {}
_making = threading.Lock()
_running = threading.local()


class Settings:
    """Where the suite runs, and how long a case may wait for what AWS does by and by."""

    def __init__(self, endpoint=None, region="us-east-1", patience=30.0):
        self.endpoint = endpoint
        self.region = region
        self.patience = patience


class Aws:
    """What a case gets. `aws.ecs` is boto3's client of ECS, and so for each service (`aws.application_autoscaling`)."""

    def __init__(self, settings):
        self.settings = settings
        self.calls = []
        self.unique = uuid.uuid4().hex[:10]
        self._names = 0
        self._clean = []

    def __getattr__(self, service):
        if service.startswith("_"):
            raise AttributeError(service)
        return self.client(service.replace("_", "-"))

    def client(self, service, unchecked=False, region=None, account=None):
        """boto3's client. `unchecked` sends also what boto3 would refuse itself, so that the service judges it."""
        return _client(self.settings, service, unchecked, region, account)

    def acting(self, service, credentials):
        """boto3's client with temporary credentials, as an operation of STS answers them."""
        session = boto3.session.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=self.region,
        )
        client = session.client(service, endpoint_url=self.settings.endpoint)
        client.meta.events.register("after-call", _note(service))
        return client

    @property
    def region(self):
        return self.settings.region

    def name(self, prefix="teal"):
        """A name that no other case and no other run uses: at most 32 characters, letters, digits and hyphens."""
        self._names += 1
        return f"{prefix[:18]}-{self.unique}-{self._names}"

    def cleanup(self, call, **members):
        """Called when the case is over, last first. Who deletes what is gone already is not at fault."""
        self._clean.append((call, members))

    def close(self):
        for call, members in reversed(self._clean):
            try:
                call(**members)
            except (
                botocore.exceptions.ClientError,
                botocore.exceptions.BotoCoreError,
                botocore.parsers.ResponseParserError,
            ):
                pass
        self._clean = []

    @contextmanager
    def refused(self, code, text=None, status=None):
        """What is called inside must be answered with this error code; `text` is part of its message, or a pattern."""
        caught = Refusal()
        try:
            yield caught
        except botocore.exceptions.ClientError as error:
            said = error.response["Error"]
            caught.code, caught.message = said.get("Code"), said.get("Message", "")
            caught.response = error.response
            assert caught.code == code, f"expected {code}, got {caught.code}: {caught.message}"
            if text is not None:
                matches = text.search(caught.message) if isinstance(text, re.Pattern) else text in caught.message
                assert matches, f"{code} says {caught.message!r}, expected {getattr(text, 'pattern', text)!r}"
            if status is not None:
                got = error.response["ResponseMetadata"]["HTTPStatusCode"]
                assert got == status, f"{code} has status {got}, expected {status}"
            return
        raise AssertionError(f"expected {code}, and was not refused")

    def eventually(self, check, within=None):
        """Repeats a check until it no longer raises AssertionError, and returns what it returns."""
        patience = self.settings.patience
        until = time.monotonic() + (patience if within is None else min(within, patience))
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def wait(self, service, waiter, **members):
        """boto3's own waiter, asking more often than it would: only its outcome matters."""
        attempts = max(2, int(self.settings.patience / 0.1))
        if self.settings.endpoint is None:
            return self.client(service).get_waiter(waiter).wait(**members)
        return self.client(service).get_waiter(waiter).wait(
            **members, WaiterConfig={"Delay": 0.1, "MaxAttempts": attempts}
        )

    def pages(self, service, operation, key, **members):
        """All of a list by boto3's own paginator, as a list of pages. operation is its method: "list_services"."""
        return [page[key] for page in self.client(service).get_paginator(operation).paginate(**members)]

    def cli(self, service, command, *args):
        """The real AWS CLI in a process of its own: what it prints, as JSON. Its errors come as those of boto3."""
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/"),
            "AWS_DEFAULT_REGION": self.region,
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
            **{name: value for name, value in os.environ.items() if name.startswith(("AWS_", "PYENV_"))},
        }
        if self.settings.endpoint is not None:
            environment.update(
                AWS_ENDPOINT_URL=self.settings.endpoint, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test"
            )
        done = subprocess.run(
            ["aws", service, command, *args, "--output", "json"], env=environment, capture_output=True, text=True
        )
        refusal = re.search(r"An error occurred \((\S+)\) when calling the (\w+) operation[^:]*: (.*)", done.stderr)
        if refusal:
            code, operation, message = refusal.groups()
            self._saw(service, operation, code)
            raise botocore.exceptions.ClientError(
                {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation
            )
        assert done.returncode == 0, f"aws {service} {command} ended with {done.returncode}: {done.stderr.strip()}"
        for operation in self.client(service).meta.service_model.operation_names:
            if xform_name(operation, "-") == command:
                self._saw(service, operation, None)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def raw(self, service, body, headers, operation, path="/"):
        """Signed bytes that no client would send: (status, headers, text). For operations that do not exist."""
        client = self.client(service)
        url = client.meta.endpoint_url.rstrip("/") + path
        request = botocore.awsrequest.AWSRequest(method="POST", url=url, data=body, headers=headers)
        credentials = _session(self.settings, None).get_credentials()
        signing = client.meta.service_model.signing_name
        botocore.auth.SigV4Auth(credentials, signing, self.region).add_auth(request)
        prepared = request.prepare()
        answer = urllib3.PoolManager(retries=False).request(
            "POST", url, body=body, headers=dict(prepared.headers.items())
        )
        self._saw(service, operation, None)
        return answer.status, answer.headers, answer.data.decode("utf-8", "replace")

    def _saw(self, service, operation, code):
        self.calls.append((f"{service}:{operation}", code))


class Refusal:
    """What an operation was refused with; filled in at the end of `with aws.refused(…) as refusal`."""

    code = None
    message = None
    response = None


@contextmanager
def watched(aws):
    """While it runs, the calls of this thread are those of this case."""
    _running.aws = aws
    try:
        yield
    finally:
        _running.aws = None


def _session(settings, account):
    if settings.endpoint is None:
        return boto3.session.Session(region_name=settings.region)
    return boto3.session.Session(
        aws_access_key_id=account or "test", aws_secret_access_key="test", region_name=settings.region
    )


def _client(settings, service, unchecked, region, account):
    key = (service, unchecked, region, account)
    with _making:
        if key not in _clients:
            ours = settings.endpoint is not None
            _clients[key] = _session(settings, account).client(
                service,
                region_name=region or settings.region,
                endpoint_url=settings.endpoint,
                config=botocore.config.Config(
                    retries={"total_max_attempts": 1 if ours else 6, "mode": "standard"},
                    connect_timeout=5,
                    read_timeout=60,
                    max_pool_connections=64,
                    parameter_validation=not unchecked,
                ),
            )
            _clients[key].meta.events.register("after-call", _note(service))
        return _clients[key]


def _note(service):
    def note(http_response, parsed, model, **_):
        aws = getattr(_running, "aws", None)
        if aws is not None:
            failed = http_response.status_code >= 300
            aws._saw(service, model.name, parsed.get("Error", {}).get("Code", "?") if failed else None)

    return note
