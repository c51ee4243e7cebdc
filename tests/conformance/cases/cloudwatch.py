import datetime
import json

from harness import case


def an_alarm(aws, **changes):
    """An alarm on a metric that nobody publishes, unless the case does; it is deleted at the end."""
    alarm = {
        "AlarmName": aws.name("alarm"),
        "Namespace": aws.name("app"),
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5,
        "ComparisonOperator": "GreaterThanThreshold",
        **changes,
    }
    alarm = {key: value for key, value in alarm.items() if value is not None}
    aws.cloudwatch.put_metric_alarm(**alarm)
    aws.cleanup(aws.cloudwatch.delete_alarms, AlarmNames=[alarm["AlarmName"]])
    return alarm


def described(aws, name, kind="MetricAlarm"):
    answer = aws.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
    found = answer["MetricAlarms"] + answer["CompositeAlarms"]
    assert len(found) == 1, f"{len(found)} alarms are called {name}"
    return found[0]


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def published(aws, *values, minutes_ago=5, **members):
    """A namespace with the metric `Errors`, whose values were all in one minute."""
    namespace = aws.name("app")
    at = now().replace(second=0, microsecond=0) - datetime.timedelta(minutes=minutes_ago)
    data = [{"MetricName": "Errors", "Value": value, "Timestamp": at, **members} for value in values]
    aws.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
    return namespace, at


def read(aws, *queries, at, minutes=1, **members):
    answer = aws.cloudwatch.get_metric_data(
        MetricDataQueries=list(queries),
        StartTime=at,
        EndTime=at + datetime.timedelta(minutes=minutes),
        **members,
    )
    return {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}


def metric(id, namespace, stat="Sum", name="Errors", period=60, **members):
    named = {"Namespace": namespace, "MetricName": name}
    return {"Id": id, "MetricStat": {"Metric": named, "Stat": stat, "Period": period}, **members}


# Alarms


@case("cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", page="CW-API/API_PutMetricAlarm")
def new_alarms_have_insufficient_data(aws):
    alarm = an_alarm(aws, AlarmDescription="too many", DatapointsToAlarm=1, TreatMissingData="ignore")
    found = described(aws, alarm["AlarmName"])
    for member, value in alarm.items():
        assert found[member] == value, f"{member} is {found[member]!r}, not {value!r}"
    assert found["StateValue"] == "INSUFFICIENT_DATA", found["StateValue"]
    assert found["StateReason"] == "Unchecked: Initial alarm creation", found["StateReason"]
    assert found["ActionsEnabled"] is True and found["AlarmActions"] == [], "it has other actions"
    assert found["AlarmArn"].endswith(f":alarm:{alarm['AlarmName']}"), found["AlarmArn"]


@case("cloudwatch:PutMetricAlarm", page="CW-API/API_PutMetricAlarm")
def putting_an_alarm_again_replaces_its_configuration_and_keeps_its_state(aws):
    alarm = an_alarm(aws, AlarmDescription="first", TreatMissingData="ignore")
    aws.cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="a drill")
    aws.cloudwatch.put_metric_alarm(**{**alarm, "Threshold": 7, "AlarmDescription": "second"})
    found = described(aws, alarm["AlarmName"])
    assert found["Threshold"] == 7 and found["AlarmDescription"] == "second", found
    assert found["StateValue"] == "ALARM", found["StateValue"]


@case("cloudwatch:PutMetricAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutMetricAlarm")
def alarm_periods_are_10_20_30_or_whole_minutes(aws):
    with aws.refused("ValidationError", "multiple of 60", 400):
        an_alarm(aws, Period=45)


@case("cloudwatch:PutMetricAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutMetricAlarm")
def alarms_need_no_more_datapoints_than_they_evaluate(aws):
    with aws.refused("ValidationError", "DatapointsToAlarm"):
        an_alarm(aws, EvaluationPeriods=2, DatapointsToAlarm=3)


@case("cloudwatch:PutMetricAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutMetricAlarm")
def alarms_need_a_comparison_that_exists(aws):
    with aws.refused("ValidationError", "Member must satisfy enum value set"):
        an_alarm(aws, ComparisonOperator="IsOdd")


@case("cloudwatch:PutMetricAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutMetricAlarm")
def alarms_look_back_a_day_at_most(aws):
    with aws.refused("ValidationError", "86400"):
        an_alarm(aws, Period=60, EvaluationPeriods=1441)


@case("cloudwatch:PutMetricAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutMetricAlarm")
def one_element_of_an_alarm_on_metric_math_returns_data(aws):
    nothing = {"MetricName": None, "Namespace": None, "Statistic": None, "Period": None}
    with aws.refused("ValidationError", "Exactly one element of the metrics list should return data."):
        an_alarm(aws, Metrics=[metric("m", "app"), {"Id": "e", "Expression": "m * 2"}], **nothing)


@case("cloudwatch:PutMetricAlarm", page="CW/alarm-evaluation")
def alarms_go_to_alarm_on_what_was_measured(aws):
    namespace = aws.name("app")
    data = [{"MetricName": "Errors", "Value": 9, "StorageResolution": 1}]
    alarm = an_alarm(aws, Namespace=namespace, Period=10, TreatMissingData="notBreaching")
    aws.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def fires():
        found = described(aws, alarm["AlarmName"])
        assert found["StateValue"] == "ALARM", found["StateValue"]
        return found

    found = aws.eventually(fires)
    assert found["StateReason"].startswith("Threshold Crossed: 1 datapoint [9.0 ("), found["StateReason"]
    assert found["StateReason"].endswith("was greater than the threshold (5.0)."), found["StateReason"]
    reason = json.loads(found["StateReasonData"])
    assert reason["recentDatapoints"] == [9.0] and reason["threshold"] == 5.0, reason


@case("cloudwatch:PutMetricAlarm", page="CW/alarm-evaluation")
def alarms_on_metric_math_keep_their_metrics(aws):
    nothing = {"MetricName": None, "Namespace": None, "Statistic": None, "Period": None}
    metrics = [
        metric("e", "app", ReturnData=False),
        metric("r", "app", name="Requests", ReturnData=False),
        {"Id": "rate", "Expression": "IF(r>=20, 100*FILL(e,0)/r, 0)", "Label": "5xx", "ReturnData": True},
    ]
    found = described(aws, an_alarm(aws, Metrics=metrics, **nothing)["AlarmName"])
    assert [each["Id"] for each in found["Metrics"]] == ["e", "r", "rate"], found["Metrics"]
    assert found["Metrics"][2]["Expression"] == metrics[2]["Expression"], found["Metrics"][2]
    assert "Period" not in found and "MetricName" not in found, "it has members of an alarm on one metric"


@case("cloudwatch:DescribeAlarms", page="CW-API/API_DescribeAlarms")
def unknown_alarm_names_are_passed_over(aws):
    alarm = an_alarm(aws)
    answer = aws.cloudwatch.describe_alarms(AlarmNames=[aws.name("none"), alarm["AlarmName"]])
    assert [found["AlarmName"] for found in answer["MetricAlarms"]] == [alarm["AlarmName"]], answer["MetricAlarms"]


@case("cloudwatch:DescribeAlarms", page="CW-API/API_DescribeAlarms")
def alarms_are_found_by_prefix_state_and_action(aws):
    topic = f"arn:aws:sns:{aws.region}:000000000000:{aws.name('topic')}"
    alarm = an_alarm(aws, AlarmActions=[topic])
    an_alarm(aws)
    names = lambda **members: [
        found["AlarmName"] for found in aws.cloudwatch.describe_alarms(**members)["MetricAlarms"]
    ]
    assert names(AlarmNamePrefix=alarm["AlarmName"]) == [alarm["AlarmName"]]
    assert names(ActionPrefix=topic) == [alarm["AlarmName"]]
    assert names(AlarmNamePrefix=alarm["AlarmName"], StateValue="ALARM") == []


@case("cloudwatch:DescribeAlarms", shows="paging", page="CW-API/API_DescribeAlarms")
def alarms_come_in_pages(aws):
    prefix = aws.name("page")
    for letter in "abc":
        an_alarm(aws, AlarmName=f"{prefix}-{letter}")
    first = aws.cloudwatch.describe_alarms(AlarmNamePrefix=prefix, MaxRecords=2)
    assert len(first["MetricAlarms"]) == 2, first["MetricAlarms"]
    rest = aws.cloudwatch.describe_alarms(AlarmNamePrefix=prefix, MaxRecords=2, NextToken=first["NextToken"])
    assert [found["AlarmName"] for found in rest["MetricAlarms"]] == [f"{prefix}-c"] and "NextToken" not in rest, rest


@case("cloudwatch:DescribeAlarms", error="InvalidNextToken", page="CW-API/API_DescribeAlarms")
def tokens_of_alarms_must_be_those_that_were_given(aws):
    with aws.refused("InvalidNextToken"):
        aws.cloudwatch.describe_alarms(NextToken="nonsense")


@case("cloudwatch:DescribeAlarms", shows="validation", error="ValidationError", page="CW-API/API_DescribeAlarms")
def pages_have_100_alarms_at_most(aws):
    with aws.refused("ValidationError", "Member must have value less than or equal to 100"):
        aws.client("cloudwatch", unchecked=True).describe_alarms(MaxRecords=101)


@case("cloudwatch:DeleteAlarms", page="CW-API/API_DeleteAlarms")
def alarms_are_deleted_and_wrong_names_do_not_matter(aws):
    alarm = an_alarm(aws)
    aws.cloudwatch.delete_alarms(AlarmNames=[aws.name("none"), alarm["AlarmName"]])
    assert aws.cloudwatch.describe_alarms(AlarmNames=[alarm["AlarmName"]])["MetricAlarms"] == []


@case("cloudwatch:DeleteAlarms", shows="validation", error="ValidationError", page="CW-API/API_DeleteAlarms")
def alarms_of_a_composite_alarm_can_not_be_deleted(aws):
    alarm = an_alarm(aws)
    composite = aws.name("composite")
    aws.cloudwatch.put_composite_alarm(AlarmName=composite, AlarmRule=f'ALARM("{alarm["AlarmName"]}")')
    aws.cleanup(aws.cloudwatch.delete_alarms, AlarmNames=[composite])
    with aws.refused("ValidationError", "composite alarm(s) depending on it"):
        aws.cloudwatch.delete_alarms(AlarmNames=[alarm["AlarmName"]])


@case("cloudwatch:SetAlarmState", page="CW-API/API_SetAlarmState")
def a_state_that_was_set_is_told_with_its_reason(aws):
    alarm = an_alarm(aws, TreatMissingData="ignore")
    aws.cloudwatch.set_alarm_state(
        AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="a drill", StateReasonData='{"by":"hand"}'
    )
    found = described(aws, alarm["AlarmName"])
    assert (found["StateValue"], found["StateReason"]) == ("ALARM", "a drill"), found
    assert found["StateReasonData"] == '{"by":"hand"}', found["StateReasonData"]
    assert found["StateTransitionedTimestamp"] == found["StateUpdatedTimestamp"], found


@case("cloudwatch:SetAlarmState", page="CW-API/API_SetAlarmState")
def the_next_evaluation_overrules_a_state_that_was_set(aws):
    alarm = an_alarm(aws, Period=10, TreatMissingData="notBreaching")
    aws.cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="a drill")

    def is_over():
        state = described(aws, alarm["AlarmName"])["StateValue"]
        assert state == "OK", f"it is still {state}"

    aws.eventually(is_over)


@case("cloudwatch:SetAlarmState", error="ResourceNotFound", page="CW-API/API_SetAlarmState")
def unknown_alarms_have_no_state_to_set(aws):
    with aws.refused("ResourceNotFound", status=404):
        aws.cloudwatch.set_alarm_state(AlarmName=aws.name("none"), StateValue="OK", StateReason="x")


@case("cloudwatch:SetAlarmState", error="InvalidFormat", page="CW-API/API_SetAlarmState")
def the_data_of_a_reason_is_json(aws):
    alarm = an_alarm(aws)
    with aws.refused("InvalidFormat", status=400):
        aws.cloudwatch.set_alarm_state(
            AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="x", StateReasonData="{"
        )


@case("cloudwatch:DisableAlarmActions", "cloudwatch:EnableAlarmActions", page="CW-API/API_DisableAlarmActions")
def actions_are_switched_off_and_on(aws):
    name = an_alarm(aws)["AlarmName"]
    aws.cloudwatch.disable_alarm_actions(AlarmNames=[name])
    assert described(aws, name)["ActionsEnabled"] is False
    aws.cloudwatch.enable_alarm_actions(AlarmNames=[name])
    assert described(aws, name)["ActionsEnabled"] is True


@case("cloudwatch:DescribeAlarmHistory", page="CW-API/API_DescribeAlarmHistory")
def history_tells_what_was_configured_and_what_changed(aws):
    name = an_alarm(aws, TreatMissingData="ignore")["AlarmName"]
    aws.cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a drill")
    items = aws.cloudwatch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
    summaries = [item["HistorySummary"] for item in items]
    assert summaries == ["Alarm updated from INSUFFICIENT_DATA to ALARM", f'Alarm "{name}" created'], summaries
    data = json.loads(items[0]["HistoryData"])
    assert data["newState"]["stateValue"] == "ALARM" and data["newState"]["stateReason"] == "a drill", data


@case("cloudwatch:DescribeAlarmHistory", shows="paging", page="CW-API/API_DescribeAlarmHistory")
def history_comes_in_pages(aws):
    name = an_alarm(aws, TreatMissingData="ignore")["AlarmName"]
    aws.cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a drill")
    pages = aws.pages(
        "cloudwatch", "describe_alarm_history", "AlarmHistoryItems", AlarmName=name, PaginationConfig={"PageSize": 1}
    )
    assert [len(page) for page in pages] == [1, 1], pages


@case("cloudwatch:DescribeAlarmHistory", error="InvalidNextToken", page="CW-API/API_DescribeAlarmHistory")
def tokens_of_history_must_be_those_that_were_given(aws):
    with aws.refused("InvalidNextToken"):
        aws.cloudwatch.describe_alarm_history(NextToken="nonsense")


@case("cloudwatch:DescribeAlarmsForMetric", page="CW-API/API_DescribeAlarmsForMetric")
def alarms_are_found_by_their_metric(aws):
    alarm = an_alarm(aws)
    find = aws.cloudwatch.describe_alarms_for_metric
    found = find(Namespace=alarm["Namespace"], MetricName="Errors")["MetricAlarms"]
    assert [each["AlarmName"] for each in found] == [alarm["AlarmName"]], found
    assert find(Namespace=alarm["Namespace"], MetricName="Errors", Period=300)["MetricAlarms"] == []
    assert find(Namespace=alarm["Namespace"], MetricName="Other")["MetricAlarms"] == []


@case("cloudwatch:PutCompositeAlarm", page="CW-API/API_PutCompositeAlarm")
def composite_alarms_have_the_state_of_their_rule(aws):
    child = an_alarm(aws, TreatMissingData="ignore")["AlarmName"]
    name = aws.name("composite")
    aws.cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f'ALARM("{child}") AND NOT FALSE')
    aws.cleanup(aws.cloudwatch.delete_alarms, AlarmNames=[name])

    def has(state):
        found = described(aws, name, "CompositeAlarm")
        assert found["StateValue"] == state, found["StateValue"]
        return found

    aws.eventually(lambda: has("OK"))
    aws.cloudwatch.set_alarm_state(AlarmName=child, StateValue="ALARM", StateReason="a drill")
    found = aws.eventually(lambda: has("ALARM"))
    assert f":alarm:{child} transitioned to ALARM at " in found["StateReason"], found["StateReason"]
    plain = aws.cloudwatch.describe_alarms(AlarmNames=[name])
    assert plain["CompositeAlarms"] == [] and plain["MetricAlarms"] == [], "it came without being asked for"


@case("cloudwatch:PutCompositeAlarm", shows="validation", error="ValidationError", page="CW-API/API_PutCompositeAlarm")
def alarms_in_a_rule_must_exist(aws):
    with aws.refused("ValidationError", "do not exist"):
        aws.cloudwatch.put_composite_alarm(AlarmName=aws.name("composite"), AlarmRule="ALARM(nothing-of-the-kind)")


@case("cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", page="CW-API/API_PutMetricAlarm")
def the_cli_makes_and_shows_an_alarm(aws):
    name = aws.name("cli")
    aws.cleanup(aws.cloudwatch.delete_alarms, AlarmNames=[name])
    aws.cli(
        "cloudwatch", "put-metric-alarm", "--alarm-name", name, "--namespace", "app", "--metric-name", "Errors",
        "--statistic", "Sum", "--period", "60", "--evaluation-periods", "3", "--datapoints-to-alarm", "2",
        "--threshold", "1", "--comparison-operator", "GreaterThanOrEqualToThreshold",
    )  # fmt: skip
    found = aws.cli("cloudwatch", "describe-alarms", "--alarm-names", name)["MetricAlarms"]
    assert found[0]["EvaluationPeriods"] == 3 and found[0]["DatapointsToAlarm"] == 2, found


# Tags


@case(
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "cloudwatch:ListTagsForResource",
    page="CW-API/API_TagResource",
)
def alarms_have_tags(aws):
    name = an_alarm(aws, Tags=[{"Key": "team", "Value": "a"}])["AlarmName"]
    arn = described(aws, name)["AlarmArn"]
    aws.cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "b"}])
    tags = {tag["Key"]: tag["Value"] for tag in aws.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]}
    assert tags == {"team": "b", "stage": "test"}, tags
    aws.cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])
    left = aws.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert left == [{"Key": "stage", "Value": "test"}], left


def unknown_arn(aws):
    account = aws.sts.get_caller_identity()["Account"]
    return f"arn:aws:cloudwatch:{aws.region}:{account}:alarm:{aws.name('none')}"


@case(
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "cloudwatch:ListTagsForResource",
    error="ResourceNotFoundException",
    page="CW-API/API_TagResource",
)
def unknown_alarms_have_no_tags(aws):
    arn = unknown_arn(aws)
    with aws.refused("ResourceNotFoundException", status=404):
        aws.cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "b"}])
    with aws.refused("ResourceNotFoundException", status=404):
        aws.cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["a"])
    with aws.refused("ResourceNotFoundException", status=404):
        aws.cloudwatch.list_tags_for_resource(ResourceARN=arn)


@case(
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "cloudwatch:ListTagsForResource",
    error="InvalidParameterValue",
    page="CW-API/API_TagResource",
)
def tags_are_on_arns_of_cloudwatch(aws):
    with aws.refused("InvalidParameterValue"):
        aws.cloudwatch.tag_resource(ResourceARN="alarm/x", Tags=[{"Key": "a", "Value": "b"}])
    with aws.refused("InvalidParameterValue"):
        aws.cloudwatch.untag_resource(ResourceARN="alarm/x", TagKeys=["a"])
    with aws.refused("InvalidParameterValue"):
        aws.cloudwatch.list_tags_for_resource(ResourceARN="alarm/x")


@case("cloudwatch:TagResource", shows="validation", error="ValidationError", page="CW-API/API_Tag")
def tag_keys_have_128_characters_at_most(aws):
    arn = described(aws, an_alarm(aws)["AlarmName"])["AlarmArn"]
    with aws.refused("ValidationError", "Member must have length less than or equal to 128"):
        aws.cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "k" * 129, "Value": "b"}])


@case("cloudwatch:ListTagsForResource", shows="validation", error="ValidationError", page="CW-API/API_ListTagsForResource")
def tags_are_listed_of_something(aws):
    with aws.refused("ValidationError", "Member must have length greater than or equal to 1"):
        aws.client("cloudwatch", unchecked=True).list_tags_for_resource(ResourceARN="")


# Metrics


@case("cloudwatch:PutMetricData", "cloudwatch:GetMetricData", page="CW-API/API_PutMetricData")
def values_counts_and_statistic_sets_add_up(aws):
    namespace = aws.name("app")
    at = now().replace(second=0, microsecond=0) - datetime.timedelta(minutes=5)
    sets = {"SampleCount": 2, "Sum": 20, "Minimum": 8, "Maximum": 12}
    aws.cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {"MetricName": "Errors", "Timestamp": at, "Value": 2},
            {"MetricName": "Errors", "Timestamp": at, "Values": [1, 5], "Counts": [3, 1]},
            {"MetricName": "Errors", "Timestamp": at, "StatisticValues": sets},
        ],
    )
    queries = [
        metric(stat.lower(), namespace, stat) for stat in ("SampleCount", "Sum", "Minimum", "Maximum", "Average")
    ]

    def are_there():
        values = read(aws, *queries, at=at)
        assert values["sum"] == [30.0], values
        return values

    values = aws.eventually(are_there)
    assert values["samplecount"] == [7.0] and values["minimum"] == [1.0] and values["maximum"] == [12.0], values
    assert abs(values["average"][0] - 30 / 7) < 1e-9, values


@case("cloudwatch:PutMetricData", page="CW-API/API_PutMetricData")
def a_large_body_is_sent_compressed(aws):
    namespace = aws.name("app")
    data = [
        {"MetricName": "Errors", "Value": 1, "Dimensions": [{"Name": "host", "Value": f"a-long-host-name-{host:04}"}]}
        for host in range(400)
    ]
    aws.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def all_are_there():
        pages = aws.pages("cloudwatch", "list_metrics", "Metrics", Namespace=namespace)
        assert sum(len(page) for page in pages) == 400, [len(page) for page in pages]

    aws.eventually(all_are_there)


@case("cloudwatch:PutMetricData", error="InvalidParameterCombination", page="CW-API/API_PutMetricData")
def a_datum_has_a_value_or_values(aws):
    text = (
        "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have "
        "specified both."
    )
    with aws.refused("InvalidParameterCombination", text, 400):
        aws.cloudwatch.put_metric_data(
            Namespace=aws.name("app"), MetricData=[{"MetricName": "a", "Value": 1, "Values": [1]}]
        )


@case("cloudwatch:PutMetricData", error="InvalidParameterValue", page="CW-API/API_PutMetricData")
def there_are_as_many_counts_as_values(aws):
    with aws.refused("InvalidParameterValue", "must be of the same size."):
        aws.cloudwatch.put_metric_data(
            Namespace=aws.name("app"), MetricData=[{"MetricName": "a", "Values": [1, 2], "Counts": [1]}]
        )


@case("cloudwatch:PutMetricData", error="InvalidParameterValue", page="CW-API/API_MetricDatum")
def data_are_two_weeks_old_at_most(aws):
    old = now() - datetime.timedelta(days=15)
    with aws.refused("InvalidParameterValue", "no more than two weeks in the past"):
        aws.cloudwatch.put_metric_data(
            Namespace=aws.name("app"), MetricData=[{"MetricName": "a", "Value": 1, "Timestamp": old}]
        )


@case("cloudwatch:PutMetricData", error="MissingParameter", page="CW-API/API_PutMetricData")
def a_datum_has_some_value(aws):
    with aws.refused("MissingParameter", "MetricData.member.1.Value"):
        aws.cloudwatch.put_metric_data(Namespace=aws.name("app"), MetricData=[{"MetricName": "a"}])


@case("cloudwatch:GetMetricData", page="CW/using-metric-math")
def metric_math_works_out_a_rate_of_errors(aws):
    namespace, at = published(aws, 3)
    aws.cloudwatch.put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "Requests", "Value": 60, "Timestamp": at}]
    )
    queries = [
        metric("e", namespace, ReturnData=False),
        metric("r", namespace, name="Requests", ReturnData=False),
        {"Id": "rate", "Expression": "IF(r>=20, 100*FILL(e,0)/r, 0)"},
        {"Id": "all", "Expression": "SUM(METRICS())"},
    ]

    def is_right():
        values = read(aws, *queries, at=at)
        assert values == {"rate": [5.0], "all": [63.0]}, values

    aws.eventually(is_right)


@case("cloudwatch:GetMetricData", page="CW/Statistics-definitions")
def percentiles_are_those_of_the_values(aws):
    namespace, at = published(aws, *range(1, 101))

    def is_right():
        values = read(aws, metric("half", namespace, "p50"), metric("most", namespace, "p99"), at=at)
        assert values["half"] and abs(values["half"][0] - 50) <= 1.5, values
        assert abs(values["most"][0] - 99) <= 1.5, values

    aws.eventually(is_right)


@case("cloudwatch:GetMetricData", page="CW-API/API_GetMetricData")
def metrics_without_data_have_no_values(aws):
    at = now() - datetime.timedelta(minutes=5)
    assert read(aws, metric("m", aws.name("none")), at=at) == {"m": []}


@case("cloudwatch:GetMetricData", shows="paging", page="CW-API/API_GetMetricData")
def data_points_come_in_pages(aws):
    namespace, at = published(aws, 1, minutes_ago=5)
    aws.cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[{"MetricName": "Errors", "Value": 2, "Timestamp": at + datetime.timedelta(minutes=1)}],
    )
    members = {
        "MetricDataQueries": [metric("m", namespace)],
        "StartTime": at,
        "EndTime": at + datetime.timedelta(minutes=2),
        "MaxDatapoints": 1,
    }

    def are_two():
        first = aws.cloudwatch.get_metric_data(**members)
        assert first["MetricDataResults"][0]["Values"] == [2.0], first["MetricDataResults"]
        second = aws.cloudwatch.get_metric_data(**members, NextToken=first["NextToken"])
        assert second["MetricDataResults"][0]["Values"] == [1.0], second["MetricDataResults"]
        assert "NextToken" not in second, second

    aws.eventually(are_two)


@case("cloudwatch:GetMetricData", error="InvalidNextToken", page="CW-API/API_GetMetricData")
def tokens_of_data_must_be_those_that_were_given(aws):
    with aws.refused("InvalidNextToken"):
        read(aws, metric("m", "app"), at=now() - datetime.timedelta(minutes=5), NextToken="nonsense")


@case("cloudwatch:GetMetricData", shows="validation", error="ValidationError", page="CW-API/API_GetMetricData")
def statistics_must_exist(aws):
    text = "The value test for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic."
    with aws.refused("ValidationError", text):
        read(aws, metric("m", "app", "test"), at=now() - datetime.timedelta(minutes=5))


@case("cloudwatch:GetMetricData", shows="validation", error="ValidationError", page="CW-API/API_GetMetricData")
def functions_must_exist(aws):
    with aws.refused("ValidationError", "Error in expression 'e': Function 'NOPE' not found"):
        read(aws, metric("m", "app"), {"Id": "e", "Expression": "NOPE(m)"}, at=now() - datetime.timedelta(minutes=5))


@case("cloudwatch:GetMetricData", shows="validation", error="ValidationError", page="CW-API/API_MetricDataQuery")
def a_query_has_one_period(aws):
    text = (
        "The parameters MetricDataQueries.member.1.Period and MetricDataQueries.member.1.MetricStat are mutually "
        "exclusive and you have specified both."
    )
    with aws.refused("ValidationError", text):
        read(aws, metric("m", "app", Period=60), at=now() - datetime.timedelta(minutes=5))


@case("cloudwatch:GetMetricStatistics", page="CW-API/API_GetMetricStatistics")
def statistics_are_those_of_each_period(aws):
    namespace, at = published(aws, 1, 2, 6, Unit="Seconds")
    members = {
        "Namespace": namespace,
        "MetricName": "Errors",
        "StartTime": at,
        "EndTime": at + datetime.timedelta(minutes=2),
        "Period": 60,
        "Statistics": ["Sum", "Average", "SampleCount"],
    }

    def is_right():
        points = aws.cloudwatch.get_metric_statistics(**members)["Datapoints"]
        assert len(points) == 1, points
        return points[0]

    point = aws.eventually(is_right)
    assert (point["Sum"], point["Average"], point["SampleCount"], point["Unit"]) == (9, 3, 3, "Seconds"), point
    assert point["Timestamp"] == at, point


def statistics(aws, **changes):
    at = now()
    members = {
        "Namespace": "app",
        "MetricName": "Errors",
        "StartTime": at - datetime.timedelta(minutes=5),
        "EndTime": at,
        "Period": 60,
        "Statistics": ["Sum"],
        **changes,
    }
    members = {key: value for key, value in members.items() if value is not None}
    return aws.client("cloudwatch", unchecked=True).get_metric_statistics(**members)


@case("cloudwatch:GetMetricStatistics", error="InvalidParameterCombination", page="CW-API/API_GetMetricStatistics")
def answers_have_1440_datapoints_at_most(aws):
    text = "which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period"
    with aws.refused("InvalidParameterCombination", text):
        statistics(aws, StartTime=now() - datetime.timedelta(days=2))


@case("cloudwatch:GetMetricStatistics", error="InvalidParameterCombination", page="CW-API/API_GetMetricStatistics")
def some_statistic_is_asked_for(aws):
    text = "At least one of the parameters Statistics and ExtendedStatistics must be specified."
    with aws.refused("InvalidParameterCombination", text):
        statistics(aws, Statistics=None)


@case("cloudwatch:GetMetricStatistics", error="InvalidParameterValue", page="CW-API/API_GetMetricStatistics")
def ranges_of_statistics_end_after_they_start(aws):
    at = now()
    with aws.refused("InvalidParameterValue", "The parameter StartTime must be less than the parameter EndTime."):
        statistics(aws, StartTime=at, EndTime=at - datetime.timedelta(minutes=1))


@case("cloudwatch:ListMetrics", page="CW-API/API_ListMetrics")
def metrics_are_listed_by_their_dimensions(aws):
    dimensions = [{"Name": "host", "Value": "a"}]
    namespace, _ = published(aws, 1, Dimensions=dimensions)

    def is_listed():
        found = aws.cloudwatch.list_metrics(Namespace=namespace, Dimensions=[{"Name": "host"}])["Metrics"]
        assert found == [{"Namespace": namespace, "MetricName": "Errors", "Dimensions": dimensions}], found

    aws.eventually(is_listed)
    other = aws.cloudwatch.list_metrics(Namespace=namespace, Dimensions=[{"Name": "host", "Value": "b"}])
    assert other["Metrics"] == [], other["Metrics"]


@case("cloudwatch:ListMetrics", error="InvalidParameterValue", page="CW-API/API_ListMetrics")
def activity_is_that_of_three_hours(aws):
    with aws.refused("InvalidParameterValue", "RecentlyActive"):
        aws.client("cloudwatch", unchecked=True).list_metrics(RecentlyActive="PT4H")
