"""Each protocol's own answer to an operation that the service does not have."""

import json

from harness import case


def query_answer(aws, service, version):
    status, headers, text = aws.raw(
        service,
        f"Action=NoSuchOperation&Version={version}",
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        "NoSuchOperation",
    )
    assert status == 400, f"status {status}: {text}"
    assert "<Code>InvalidAction</Code>" in text, text
    assert "NoSuchOperation" in text, text
    assert "xml" in headers.get("Content-Type", ""), headers


def json_answer(aws, service, target, version):
    status, headers, text = aws.raw(
        service,
        "{}",
        {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": f"{target}.NoSuchOperation"},
        "NoSuchOperation",
    )
    assert status == 400, f"status {status}: {text}"
    assert json.loads(text)["__type"].split("#")[-1] == "UnknownOperationException", text
    assert headers.get("x-amzn-RequestId") or headers.get("x-amzn-requestid"), "there is no request id"


@case("sts:NoSuchOperation", shows="unknown-operation", page="STS-API/CommonErrors")
def unknown_operations_are_an_invalid_action_sts(aws):
    query_answer(aws, "sts", "2011-06-15")


@case("elbv2:NoSuchOperation", shows="unknown-operation", page="ELB-API/CommonErrors")
def unknown_operations_are_an_invalid_action_elbv2(aws):
    query_answer(aws, "elbv2", "2015-12-01")


@case("ecs:NoSuchOperation", shows="unknown-operation", page="ECS-API/CommonErrors")
def unknown_operations_have_their_own_error_ecs(aws):
    json_answer(aws, "ecs", "AmazonEC2ContainerServiceV20141113", "1.1")


@case("ssm:NoSuchOperation", shows="unknown-operation", page="SSM-API/CommonErrors")
def unknown_operations_have_their_own_error_ssm(aws):
    json_answer(aws, "ssm", "AmazonSSM", "1.1")


@case("logs:NoSuchOperation", shows="unknown-operation", page="CWL-API/CommonErrors")
def unknown_operations_have_their_own_error_logs(aws):
    json_answer(aws, "logs", "Logs_20140328", "1.1")


@case("dynamodb:NoSuchOperation", shows="unknown-operation", page="DDB-API/CommonErrors")
def unknown_operations_have_their_own_error_dynamodb(aws):
    json_answer(aws, "dynamodb", "DynamoDB_20120810", "1.0")


@case("cloudwatch:NoSuchOperation", shows="unknown-operation", page="CW-API/CommonErrors")
def unknown_operations_have_their_own_error_cloudwatch(aws):
    json_answer(aws, "cloudwatch", "GraniteServiceVersion20100801", "1.0")
    query_answer(aws, "cloudwatch", "2010-08-01")


@case("application-autoscaling:NoSuchOperation", shows="unknown-operation", page="AAS-API/CommonErrors")
def unknown_operations_have_their_own_error_application_autoscaling(aws):
    json_answer(aws, "application-autoscaling", "AnyScaleFrontendService", "1.1")


@case("ecr:NoSuchOperation", shows="unknown-operation", page="ECR-API/CommonErrors")
def unknown_operations_have_their_own_error_ecr(aws):
    json_answer(aws, "ecr", "AmazonEC2ContainerRegistry_V20150921", "1.1")


@case("secretsmanager:NoSuchOperation", shows="unknown-operation", page="SM-API/CommonErrors")
def unknown_operations_have_their_own_error_secretsmanager(aws):
    json_answer(aws, "secretsmanager", "secretsmanager", "1.1")
