import time

from harness import case
from harness.things import a_log_group

CREATE = "CWL-API/API_CreateLogGroup"
FILTER = "CWL-API/API_FilterLogEvents"
GET = "CWL-API/API_GetLogEvents"


def now():
    return int(time.time() * 1000)


def a_stream(aws, *messages, group=None):
    """(group, stream) with these messages, a millisecond apart."""
    group = group or a_log_group(aws)
    stream = aws.name("stream")
    aws.logs.create_log_stream(logGroupName=group, logStreamName=stream)
    if messages:
        began = now() - 1000
        events = [{"timestamp": began + at, "message": message} for at, message in enumerate(messages)]
        aws.logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    return group, stream


def arn_of(aws, group):
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return found["arn"].removesuffix(":*")


@case("logs:CreateLogGroup", "logs:DescribeLogGroups", page=CREATE)
def a_group_is_described_with_its_arn(aws):
    group = a_log_group(aws)
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["logGroupName"] == group and found["storedBytes"] == 0, found
    assert found["arn"].endswith(f":log-group:{group}:*"), found["arn"]
    assert "retentionInDays" not in found, "a new group keeps its events for ever"


@case("logs:CreateLogGroup", error="ResourceAlreadyExistsException", page=CREATE)
def a_group_is_there_once(aws):
    group = a_log_group(aws)
    with aws.refused("ResourceAlreadyExistsException", "The specified log group already exists"):
        aws.logs.create_log_group(logGroupName=group)


@case("logs:CreateLogGroup", shows="validation", error="InvalidParameterException", page=CREATE)
def names_of_groups_have_their_characters(aws):
    with aws.refused("InvalidParameterException", "at 'logGroupName' failed to satisfy constraint"):
        aws.logs.create_log_group(logGroupName="no spaces")


@case("logs:DeleteLogGroup", "logs:DescribeLogGroups", page="CWL-API/API_DeleteLogGroup")
def a_deleted_group_is_gone_with_its_streams(aws):
    group, _ = a_stream(aws, "hello")
    aws.logs.delete_log_group(logGroupName=group)
    assert aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == [], "it is still there"


@case(
    *("logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DescribeLogStreams", "logs:CreateLogStream"),
    *("logs:DeleteRetentionPolicy", "logs:DeleteLogStream", "logs:GetLogEvents", "logs:FilterLogEvents"),
    *("logs:PutLogEvents",),
    error="ResourceNotFoundException",
    page="CWL-API/API_DeleteLogGroup",
)
def what_is_not_there_is_not_found(aws):
    group = "/" + aws.name("none")
    for call, members in (
        (aws.logs.delete_log_group, {}),
        (aws.logs.put_retention_policy, {"retentionInDays": 7}),
        (aws.logs.delete_retention_policy, {}),
        (aws.logs.describe_log_streams, {}),
        (aws.logs.create_log_stream, {"logStreamName": "s"}),
        (aws.logs.delete_log_stream, {"logStreamName": "s"}),
        (aws.logs.get_log_events, {"logStreamName": "s"}),
        (aws.logs.filter_log_events, {}),
        (aws.logs.put_log_events, {"logStreamName": "s", "logEvents": [{"timestamp": now(), "message": "m"}]}),
    ):
        with aws.refused("ResourceNotFoundException", "The specified log group does not exist."):
            call(logGroupName=group, **members)


@case(
    *("logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:GetLogEvents", "logs:FilterLogEvents"),
    shows="validation",
    error="InvalidParameterException",
    page="CWL-API/API_DeleteLogGroup",
)
def a_name_of_wrong_characters_is_invalid_everywhere(aws):
    for call, members in (
        (aws.logs.delete_log_group, {}),
        (aws.logs.put_retention_policy, {"retentionInDays": 7}),
        (aws.logs.get_log_events, {"logStreamName": "s"}),
        (aws.logs.filter_log_events, {}),
    ):
        with aws.refused("InvalidParameterException", "at 'logGroupName' failed to satisfy constraint"):
            call(logGroupName="no spaces", **members)


@case("logs:DescribeLogGroups", shows="validation", error="InvalidParameterException", page="CWL-API/API_DescribeLogGroups")
def pages_of_groups_have_at_most_50(aws):
    with aws.refused("InvalidParameterException", "Member must have value less than or equal to 50"):
        aws.client("logs", unchecked=True).describe_log_groups(limit=51)


@case("logs:DescribeLogGroups", shows="paging", page="CWL-API/API_DescribeLogGroups")
def groups_come_in_pages_by_name(aws):
    prefix = "/" + aws.name("many")
    for at in range(3):
        aws.logs.create_log_group(logGroupName=f"{prefix}/{at}")
        aws.cleanup(aws.logs.delete_log_group, logGroupName=f"{prefix}/{at}")
    pages = aws.pages(
        *("logs", "describe_log_groups", "logGroups"), logGroupNamePrefix=prefix, PaginationConfig={"PageSize": 2}
    )
    assert [[one["logGroupName"] for one in page] for page in pages] == [
        [f"{prefix}/0", f"{prefix}/1"],
        [f"{prefix}/2"],
    ], pages


@case("logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:DescribeLogGroups", page="CWL-API/API_PutRetentionPolicy")
def retention_is_set_and_taken_back(aws):
    group = a_log_group(aws)
    aws.logs.put_retention_policy(logGroupName=group, retentionInDays=14)
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["retentionInDays"] == 14, found
    aws.logs.delete_retention_policy(logGroupName=group)
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert "retentionInDays" not in found, found


@case("logs:AssociateKmsKey", "logs:DisassociateKmsKey", "logs:DescribeLogGroups", page="CWL-API/API_AssociateKmsKey")
def a_key_is_put_on_a_group_and_taken_off(aws):
    group = a_log_group(aws)
    key = "arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-0000-0000-000000000000"
    aws.logs.associate_kms_key(logGroupName=group, kmsKeyId=key)
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == key, found
    aws.logs.disassociate_kms_key(logGroupName=group)
    (found,) = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert "kmsKeyId" not in found, found


@case("logs:AssociateKmsKey", "logs:DisassociateKmsKey", error="ResourceNotFoundException", page="CWL-API/API_AssociateKmsKey")
def a_key_needs_a_group(aws):
    group = "/" + aws.name("none")
    key = "arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-0000-0000-000000000000"
    with aws.refused("ResourceNotFoundException"):
        aws.logs.associate_kms_key(logGroupName=group, kmsKeyId=key)
    with aws.refused("ResourceNotFoundException"):
        aws.logs.disassociate_kms_key(logGroupName=group)


@case("logs:AssociateKmsKey", shows="validation", error="InvalidParameterException", page="CWL-API/API_AssociateKmsKey")
def a_key_is_named_by_its_arn(aws):
    group = a_log_group(aws)
    with aws.refused("InvalidParameterException"):
        aws.logs.associate_kms_key(logGroupName=group, kmsKeyId="alias/teal")


@case("logs:PutRetentionPolicy", shows="validation", error="InvalidParameterException", page="CWL-API/API_PutRetentionPolicy")
def retention_is_one_of_a_list_of_days(aws):
    group = a_log_group(aws)
    with aws.refused("InvalidParameterException"):
        aws.logs.put_retention_policy(logGroupName=group, retentionInDays=2)


@case("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:DeleteLogStream", page="CWL-API/API_CreateLogStream")
def streams_are_made_listed_and_deleted(aws):
    group, stream = a_stream(aws, "hello")
    (found,) = aws.logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert found["logStreamName"] == stream and found["arn"].endswith(f":log-stream:{stream}"), found
    aws.logs.delete_log_stream(logGroupName=group, logStreamName=stream)
    assert aws.logs.describe_log_streams(logGroupName=group)["logStreams"] == [], "it is still there"


@case("logs:PutLogEvents", "logs:GetLogEvents", page=GET)
def events_are_read_back_in_order(aws):
    group, stream = a_stream(aws, "one", "two", "three")

    def read():
        found = aws.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
        assert [event["message"] for event in found["events"]] == ["one", "two", "three"], found["events"]
        return found

    found = aws.eventually(read)
    assert all(event["ingestionTime"] >= event["timestamp"] for event in found["events"]), found["events"]


@case("logs:GetLogEvents", shows="paging", page=GET)
def at_the_end_of_a_stream_the_token_stays_the_same(aws):
    group, stream = a_stream(aws, "one", "two", "three")

    def first():
        page = aws.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, limit=2)
        assert [event["message"] for event in page["events"]] == ["one", "two"], page["events"]
        return page

    page = aws.eventually(first)
    on = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
    rest = aws.logs.get_log_events(**on, nextToken=page["nextForwardToken"])
    assert [event["message"] for event in rest["events"]] == ["three"], rest["events"]
    end = aws.logs.get_log_events(**on, nextToken=rest["nextForwardToken"])
    assert end["events"] == [] and end["nextForwardToken"] == rest["nextForwardToken"], end


@case("logs:GetLogEvents", shows="validation", error="InvalidParameterException", page=GET)
def a_page_of_events_has_at_most_10000(aws):
    group, stream = a_stream(aws)
    with aws.refused("InvalidParameterException", "Member must have value less than or equal to 10000"):
        aws.client("logs", unchecked=True).get_log_events(logGroupName=group, logStreamName=stream, limit=10001)


@case("logs:GetLogEvents", error="ResourceNotFoundException", page=GET)
def an_unknown_stream_is_not_found(aws):
    group = a_log_group(aws)
    with aws.refused("ResourceNotFoundException", "The specified log stream does not exist."):
        aws.logs.get_log_events(logGroupName=group, logStreamName="none")


@case("logs:FilterLogEvents", page=FILTER)
def events_are_found_by_pattern_over_all_streams(aws):
    group, _ = a_stream(aws, "ERROR one", "fine")
    a_stream(aws, "ERROR two", group=group)

    def found():
        events = aws.logs.filter_log_events(logGroupName=group, filterPattern="ERROR")["events"]
        assert sorted(event["message"] for event in events) == ["ERROR one", "ERROR two"], events
        return events

    assert all(event["eventId"] and event["logStreamName"] for event in aws.eventually(found)), "members are missing"


@case("logs:FilterLogEvents", page=FILTER)
def events_are_found_by_a_pattern_for_json(aws):
    group, _ = a_stream(aws, '{"level": "error", "status": 503}', '{"level": "info", "status": 200}')

    def found():
        events = aws.logs.filter_log_events(logGroupName=group, filterPattern="{ $.status >= 500 }")["events"]
        assert [event["message"] for event in events] == ['{"level": "error", "status": 503}'], events

    aws.eventually(found)


@case("logs:FilterLogEvents", page="CWL-UG/FilterAndPatternSyntax")
def events_are_found_by_a_pattern_for_what_spaces_divide(aws):
    line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
    group, _ = a_stream(aws, line, line.replace("404", "200"))

    def found():
        pattern = "[ip, user, username, timestamp, request = *.html*, status_code = 4*, bytes > 1000]"
        events = aws.logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
        assert [event["message"] for event in events] == [line], events
        events = aws.logs.filter_log_events(logGroupName=group, filterPattern="[..., code = 4*, bytes]")["events"]
        assert [event["message"] for event in events] == [line], events

    aws.eventually(found)


@case("logs:FilterLogEvents", page="CWL-UG/FilterAndPatternSyntax")
def events_are_found_by_a_regular_expression(aws):
    group, _ = a_stream(aws, "took 1500 ms", "took 15 ms", '{"user": "ann-7"}')

    def found():
        for pattern, expected in (("%took [0-9]{4} ms%", "took 1500 ms"), ("{ $.user = %^ann-\\d$% }", '{"user": "ann-7"}')):
            events = aws.logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
            assert [event["message"] for event in events] == [expected], (pattern, events)

    aws.eventually(found)


@case("logs:FilterLogEvents", page=FILTER)
def a_tail_asks_for_what_came_since_of_streams_by_their_beginning(aws):
    group = a_log_group(aws)
    now = int(time.time() * 1000)
    for stream, at in (("web/1", now - 7_200_000), ("web/2", now), ("job/1", now)):
        aws.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        aws.logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": at, "message": stream}]
        )

    def found(expected, **members):
        events = aws.logs.filter_log_events(logGroupName=group, interleaved=True, **members)["events"]
        assert sorted(event["message"] for event in events) == expected, events

    aws.eventually(lambda: found(["job/1", "web/2"], startTime=now - 60_000))
    aws.eventually(lambda: found(["web/1", "web/2"], logStreamNamePrefix="web/"))


@case("logs:FilterLogEvents", shows="paging", page=FILTER)
def found_events_come_in_pages(aws):
    group, _ = a_stream(aws, *(f"line {at}" for at in range(5)))

    def found():
        pages = aws.pages(
            *("logs", "filter_log_events", "events"), logGroupName=group, PaginationConfig={"PageSize": 2}
        )
        assert [event["message"] for page in pages for event in page] == [f"line {at}" for at in range(5)], pages
        assert max(len(page) for page in pages) <= 2, pages

    aws.eventually(found)


@case("logs:FilterLogEvents", shows="validation", error="InvalidParameterException", page=FILTER)
def a_pattern_that_is_none_is_refused(aws):
    group = a_log_group(aws)
    with aws.refused("InvalidParameterException"):
        aws.logs.filter_log_events(logGroupName=group, filterPattern="{ $.status >= ")


@case("logs:TagResource", "logs:ListTagsForResource", "logs:UntagResource", page="CWL-API/API_TagResource")
def tags_are_set_by_the_arn_without_its_star(aws):
    group = a_log_group(aws, tags={"team": "a"})
    arn = arn_of(aws, group)
    aws.logs.tag_resource(resourceArn=arn, tags={"stage": "test"})
    assert aws.logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a", "stage": "test"}
    aws.logs.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert aws.logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "test"}


@case("logs:ListTagsLogGroup", page="CWL-API/API_ListTagsLogGroup")
def the_old_call_lists_tags_by_name(aws):
    group = a_log_group(aws, tags={"team": "a"})
    assert aws.logs.list_tags_log_group(logGroupName=group)["tags"] == {"team": "a"}


@case("logs:ListTagsLogGroup", error="ResourceNotFoundException", page="CWL-API/API_ListTagsLogGroup")
def an_unknown_group_has_no_tags(aws):
    with aws.refused("ResourceNotFoundException"):
        aws.logs.list_tags_log_group(logGroupName="/" + aws.name("none"))


@case(
    *("logs:TagResource", "logs:ListTagsForResource", "logs:UntagResource"),
    error="ResourceNotFoundException",
    page="CWL-API/API_TagResource",
)
def an_unknown_resource_has_no_tags(aws):
    arn = arn_of(aws, a_log_group(aws)) + "-none"
    with aws.refused("ResourceNotFoundException"):
        aws.logs.tag_resource(resourceArn=arn, tags={"a": "b"})
    with aws.refused("ResourceNotFoundException"):
        aws.logs.list_tags_for_resource(resourceArn=arn)
    with aws.refused("ResourceNotFoundException"):
        aws.logs.untag_resource(resourceArn=arn, tagKeys=["a"])


@case(
    *("logs:TagResource", "logs:ListTagsForResource"),
    shows="validation",
    error="InvalidParameterException",
    page="CWL-API/API_TagResource",
)
def an_arn_is_needed_for_tags(aws):
    unchecked = aws.client("logs", unchecked=True)
    with aws.refused("InvalidParameterException", "at 'resourceArn' failed to satisfy constraint"):
        unchecked.tag_resource(tags={"a": "b"})
    with aws.refused("InvalidParameterException", "at 'resourceArn' failed to satisfy constraint"):
        unchecked.list_tags_for_resource()


@case("logs:TagResource", error="TooManyTagsException", page="CWL-API/API_TagResource")
def a_group_has_at_most_50_tags(aws):
    arn = arn_of(aws, a_log_group(aws, tags={"team": "a"}))
    with aws.refused("TooManyTagsException"):
        aws.logs.tag_resource(resourceArn=arn, tags={f"k{at}": "v" for at in range(50)})
