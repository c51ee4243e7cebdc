from harness import case
from harness.things import a_listener, a_service, a_target_group, fixed, weighted

API = "AAS-API/API_"
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}


def dimension(resource):
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": resource,
        "ScalableDimension": "ecs:service:DesiredCount",
    }


def a_resource(aws, desired=0, **members):
    """The target's names of a service that is not registered yet."""
    cluster, service = a_service(aws, desired=desired, **members)
    return dimension(f"service/{cluster}/{service}")


def a_target(aws, desired=0, low=0, high=4, service=None, **members):
    """The names of a registered target."""
    target = service or a_resource(aws, desired=desired)
    scaling = aws.application_autoscaling
    scaling.register_scalable_target(**target, MinCapacity=low, MaxCapacity=high, **members)
    aws.cleanup(scaling.deregister_scalable_target, **target)
    return target


def the_target(aws, target):
    found = aws.application_autoscaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[target["ResourceId"]], ScalableDimension="ecs:service:DesiredCount"
    )["ScalableTargets"]
    assert len(found) == 1, f"{len(found)} targets"
    return found[0]


def desired_count(aws, target):
    _, cluster, service = target["ResourceId"].split("/")
    return aws.ecs.describe_services(cluster=cluster, services=[service])["services"][0]["desiredCount"]


def put_tracking(aws, target, name="cpu", **members):
    configuration = {"TargetValue": 60.0, **CPU, **members}
    return aws.application_autoscaling.put_scaling_policy(
        **target,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
    )


def put_steps(aws, target, name="steps", steps=None):
    return aws.application_autoscaling.put_scaling_policy(
        **target,
        PolicyName=name,
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "StepAdjustments": steps or [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}],
        },
    )


def put_action(aws, target, name="morning", **members):
    wanted = {"Schedule": "cron(0 7 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 1}, **members}
    aws.application_autoscaling.put_scheduled_action(**target, ScheduledActionName=name, **wanted)


NOT_REGISTERED = "No scalable target registered for service namespace: ecs, resource ID: "


# Scalable targets


@case(
    "application-autoscaling:RegisterScalableTarget",
    "application-autoscaling:DescribeScalableTargets",
    page=API + "RegisterScalableTarget",
)
def a_registered_target_is_described(aws):
    target = a_target(aws, low=0, high=3, Tags={"team": "shop"})
    found = the_target(aws, target)
    assert (found["MinCapacity"], found["MaxCapacity"]) == (0, 3), found
    assert found["RoleARN"].endswith("/AWSServiceRoleForApplicationAutoScaling_ECSService"), found["RoleARN"]
    assert ":application-autoscaling:" in found["ScalableTargetARN"], found["ScalableTargetARN"]
    assert found["SuspendedState"] == {
        "DynamicScalingInSuspended": False,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }, found["SuspendedState"]


@case("application-autoscaling:RegisterScalableTarget", page=API + "RegisterScalableTarget")
def registering_again_changes_what_is_given(aws):
    target = a_target(aws, low=0, high=3)
    arn = the_target(aws, target)["ScalableTargetARN"]
    aws.application_autoscaling.register_scalable_target(
        **target, MaxCapacity=9, SuspendedState={"ScheduledScalingSuspended": True}
    )
    found = the_target(aws, target)
    assert (found["MinCapacity"], found["MaxCapacity"]) == (0, 9), found
    assert found["SuspendedState"]["ScheduledScalingSuspended"] is True, found["SuspendedState"]
    assert found["SuspendedState"]["DynamicScalingInSuspended"] is False, found["SuspendedState"]
    assert found["ScalableTargetARN"] == arn, "the target has another ARN"


@case(
    "application-autoscaling:RegisterScalableTarget",
    "application-autoscaling:DescribeScalingActivities",
    page=API + "RegisterScalableTarget",
)
def registering_brings_the_service_between_the_limits(aws):
    target = a_target(aws, desired=1, low=2, high=3)

    def brought():
        assert desired_count(aws, target) == 2, desired_count(aws, target)
        activities = aws.application_autoscaling.describe_scaling_activities(**target)["ScalingActivities"]
        assert activities, "there is no activity"
        assert activities[0]["Description"] == "Setting desired count to 2.", activities[0]
        assert activities[0]["Cause"] == "minimum capacity was set to 2", activities[0]

    aws.eventually(brought)


@case("application-autoscaling:RegisterScalableTarget", page=API + "RegisterScalableTarget")
def suspending_alone_brings_it_there_too(aws):
    target = a_target(aws, desired=1, low=1, high=3)
    _, cluster, service = target["ResourceId"].split("/")
    aws.ecs.update_service(cluster=cluster, service=service, desiredCount=0)
    aws.application_autoscaling.register_scalable_target(
        **target, SuspendedState={"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": True}
    )

    def raised():
        assert desired_count(aws, target) == 1, desired_count(aws, target)

    aws.eventually(raised)


@case(
    "application-autoscaling:RegisterScalableTarget",
    shows="validation",
    error="ValidationException",
    page=API + "RegisterScalableTarget",
)
def a_new_target_needs_both_limits_in_order(aws):
    target = a_resource(aws)
    register = aws.application_autoscaling.register_scalable_target
    with aws.refused("ValidationException"):
        register(**target, MaxCapacity=2)
    with aws.refused("ValidationException"):
        register(**target, MinCapacity=2)
    with aws.refused("ValidationException"):
        register(**target, MinCapacity=3, MaxCapacity=2)
    with aws.refused("ValidationException"):
        register(**target, MinCapacity=-1, MaxCapacity=2)


@case(
    "application-autoscaling:RegisterScalableTarget",
    error="ValidationException",
    page="AAS/services-that-can-integrate-ecs",
)
def a_target_is_a_service_that_exists(aws):
    with aws.refused("ValidationException", "ECS service doesn't exist: service/none/such"):
        aws.application_autoscaling.register_scalable_target(
            **dimension("service/none/such"), MinCapacity=0, MaxCapacity=1
        )


@case(
    "application-autoscaling:RegisterScalableTarget",
    shows="validation",
    error="ValidationException",
    page=API + "RegisterScalableTarget",
)
def namespace_and_dimension_belong_together(aws):
    target = {**a_resource(aws), "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
    with aws.refused("ValidationException", "Unsupported service namespace, resource type or scalable dimension"):
        aws.application_autoscaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=1)
    target = {**target, "ServiceNamespace": "moon"}
    with aws.refused("ValidationException", "at 'serviceNamespace' failed to satisfy constraint"):
        aws.client("application-autoscaling", unchecked=True).register_scalable_target(
            **target, MinCapacity=0, MaxCapacity=1
        )


@case("application-autoscaling:DescribeScalableTargets", page=API + "DescribeScalableTargets")
def targets_that_are_not_there_are_left_out(aws):
    found = aws.application_autoscaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[f"service/none/{aws.name('such')}"]
    )
    assert found["ScalableTargets"] == [], found


@case("application-autoscaling:DescribeScalableTargets", shows="paging", page=API + "DescribeScalableTargets")
def targets_come_in_pages(aws):
    resources = [a_target(aws)["ResourceId"] for _ in range(3)]
    first = aws.application_autoscaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=resources, MaxResults=2
    )
    assert len(first["ScalableTargets"]) == 2 and first["NextToken"], first
    second = aws.application_autoscaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=resources, MaxResults=2, NextToken=first["NextToken"]
    )
    told = [one["ResourceId"] for page in (first, second) for one in page["ScalableTargets"]]
    assert sorted(told) == sorted(resources), told
    assert "NextToken" not in second, "there is another page"


@case(
    "application-autoscaling:DescribeScalableTargets",
    error="InvalidNextTokenException",
    page=API + "DescribeScalableTargets",
)
def a_token_that_nobody_gave_is_invalid(aws):
    with aws.refused("InvalidNextTokenException"):
        aws.application_autoscaling.describe_scalable_targets(ServiceNamespace="ecs", NextToken="made-up")


@case(
    "application-autoscaling:DescribeScalableTargets",
    shows="validation",
    error="ValidationException",
    page=API + "DescribeScalableTargets",
)
def a_dimension_is_asked_for_with_a_resource(aws):
    with aws.refused("ValidationException"):
        aws.application_autoscaling.describe_scalable_targets(
            ServiceNamespace="ecs", ScalableDimension="ecs:service:DesiredCount"
        )


@case(
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:PutScheduledAction",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    page=API + "DeregisterScalableTarget",
)
def a_target_takes_its_policies_and_schedules_along(aws):
    target = a_resource(aws)
    scaling = aws.application_autoscaling
    scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=2)
    alarms = [alarm["AlarmName"] for alarm in put_tracking(aws, target)["Alarms"]]
    put_action(aws, target)
    scaling.deregister_scalable_target(**target)
    scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=2)
    aws.cleanup(scaling.deregister_scalable_target, **target)
    assert scaling.describe_scaling_policies(**target)["ScalingPolicies"] == [], "there is a policy"
    assert scaling.describe_scheduled_actions(**target)["ScheduledActions"] == [], "there is a scheduled action"
    assert aws.cloudwatch.describe_alarms(AlarmNames=alarms)["MetricAlarms"] == [], "there are alarms"


@case(
    "application-autoscaling:DeregisterScalableTarget",
    error="ObjectNotFoundException",
    page=API + "DeregisterScalableTarget",
)
def what_is_not_registered_is_not_deregistered(aws):
    with aws.refused("ObjectNotFoundException", "No scalable target found for service namespace: ecs, resource ID: "):
        aws.application_autoscaling.deregister_scalable_target(**dimension("service/none/such"))


@case(
    "application-autoscaling:DeregisterScalableTarget",
    shows="validation",
    error="ValidationException",
    page=API + "DeregisterScalableTarget",
)
def a_resource_of_ecs_is_a_service(aws):
    with aws.refused("ValidationException", "Unsupported service namespace, resource type or scalable dimension"):
        aws.application_autoscaling.deregister_scalable_target(**dimension("such"))


# Tags


@case(
    "application-autoscaling:TagResource",
    "application-autoscaling:UntagResource",
    "application-autoscaling:ListTagsForResource",
    page=API + "TagResource",
)
def tags_are_added_replaced_and_taken_away(aws):
    arn = the_target(aws, a_target(aws, Tags={"a": "1"}))["ScalableTargetARN"]
    scaling = aws.application_autoscaling
    scaling.tag_resource(ResourceARN=arn, Tags={"a": "2", "b": "3"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "2", "b": "3"}
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "3"}


def nobody(aws):
    return f"arn:aws:application-autoscaling:{aws.region}:000000000000:scalable-target/0ec5" + "0" * 32


@case("application-autoscaling:TagResource", error="ResourceNotFoundException", page=API + "TagResource")
def nothing_is_tagged_that_is_not_there(aws):
    with aws.refused("ResourceNotFoundException"):
        aws.application_autoscaling.tag_resource(ResourceARN=nobody(aws), Tags={"a": "1"})


@case("application-autoscaling:UntagResource", error="ResourceNotFoundException", page=API + "UntagResource")
def nothing_is_untagged_that_is_not_there(aws):
    with aws.refused("ResourceNotFoundException"):
        aws.application_autoscaling.untag_resource(ResourceARN=nobody(aws), TagKeys=["a"])


@case(
    "application-autoscaling:ListTagsForResource",
    error="ResourceNotFoundException",
    page=API + "ListTagsForResource",
)
def what_is_not_there_has_no_tags(aws):
    with aws.refused("ResourceNotFoundException"):
        aws.application_autoscaling.list_tags_for_resource(ResourceARN=nobody(aws))


@case(
    "application-autoscaling:ListTagsForResource",
    shows="validation",
    error="ValidationException",
    page=API + "ListTagsForResource",
)
def tags_are_those_of_an_arn(aws):
    with aws.refused("ValidationException", "at 'resourceARN' failed to satisfy constraint: Member must not be null"):
        aws.client("application-autoscaling", unchecked=True).list_tags_for_resource()


@case("application-autoscaling:TagResource", error="TooManyTagsException", page=API + "TagResource")
def a_target_has_50_tags_at_most(aws):
    arn = the_target(aws, a_target(aws))["ScalableTargetARN"]
    aws.application_autoscaling.tag_resource(ResourceARN=arn, Tags={f"k{n}": "" for n in range(50)})
    with aws.refused("TooManyTagsException"):
        aws.application_autoscaling.tag_resource(ResourceARN=arn, Tags={"one-more": ""})


@case(
    "application-autoscaling:TagResource", shows="validation", error="ValidationException", page=API + "TagResource"
)
def keys_that_begin_with_aws_are_its_own(aws):
    arn = the_target(aws, a_target(aws))["ScalableTargetARN"]
    with aws.refused("ValidationException"):
        aws.application_autoscaling.tag_resource(ResourceARN=arn, Tags={"aws:x": "1"})


# Policies


@case(
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:DescribeScalingPolicies",
    page="ECS-DG/service-autoscaling-targettracking",
)
def target_tracking_has_alarms_of_its_own(aws):
    target = a_target(aws)
    put = put_tracking(aws, target, DisableScaleIn=False, ScaleInCooldown=120, ScaleOutCooldown=30)
    found = aws.application_autoscaling.describe_scaling_policies(
        PolicyNames=["cpu"], **target
    )["ScalingPolicies"][0]
    assert found["PolicyARN"] == put["PolicyARN"] and found["Alarms"] == put["Alarms"], found
    assert found["TargetTrackingScalingPolicyConfiguration"] == {
        "TargetValue": 60.0,
        **CPU,
        "DisableScaleIn": False,
        "ScaleInCooldown": 120,
        "ScaleOutCooldown": 30,
    }, found
    names = [alarm["AlarmName"] for alarm in put["Alarms"]]
    prefix = f"TargetTracking-{target['ResourceId']}-"
    assert any(name.startswith(prefix + "AlarmHigh-") for name in names), names
    assert any(name.startswith(prefix + "AlarmLow-") for name in names), names
    alarms = {alarm["AlarmName"]: alarm for alarm in aws.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]}
    high = next(alarm for name, alarm in alarms.items() if "AlarmHigh" in name)
    low = next(alarm for name, alarm in alarms.items() if "AlarmLow" in name)
    assert (high["EvaluationPeriods"], high["Threshold"]) == (3, 60.0), high
    assert (low["EvaluationPeriods"], low["Threshold"]) == (15, 54.0), low
    assert high["MetricName"] == low["MetricName"] == "CPUUtilization", high["MetricName"]
    assert high["AlarmDescription"].startswith("DO NOT EDIT OR DELETE."), high["AlarmDescription"]


@case("application-autoscaling:PutScalingPolicy", page=API + "PredefinedMetricSpecification")
def requests_are_those_of_a_target_group(aws):
    group = a_target_group(aws)
    listener = a_listener(aws, actions=weighted(only=(group, 1)))
    balancer = "/".join(listener.split("/")[1:4])
    service = a_resource(
        aws, loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 8080}]
    )
    target = a_target(aws, service=service)
    label = f"{balancer}/{group.split(':')[-1]}"
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": label}
    put = put_tracking(aws, target, name="requests", PredefinedMetricSpecification=metric)
    alarm = aws.cloudwatch.describe_alarms(AlarmNames=[put["Alarms"][0]["AlarmName"]])["MetricAlarms"][0]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApplicationELB", "RequestCountPerTarget"), alarm


@case(
    "application-autoscaling:PutScalingPolicy",
    error="ValidationException",
    page=API + "PredefinedMetricSpecification",
)
def requests_need_a_group_of_the_service(aws):
    target = a_target(aws)
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget"}
    with aws.refused("ValidationException", "Resource label should be specified"):
        put_tracking(aws, target, PredefinedMetricSpecification=metric)
    metric = {**metric, "ResourceLabel": "app/a/1234567890123456/targetgroup/b/1234567890123456"}
    with aws.refused("ValidationException", "is not attached to resource"):
        put_tracking(aws, target, PredefinedMetricSpecification=metric)


@case(
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:DescribeScalingPolicies",
    page="AAS/create-step-scaling-policy-cli",
)
def a_users_alarm_belongs_to_the_step_policy_that_it_calls(aws):
    target = a_target(aws)
    arn = put_steps(aws, target)["PolicyARN"]
    name = aws.name("alarm")
    aws.cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace=aws.name("shop"),
        MetricName="load",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=50.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[arn],
    )
    aws.cleanup(aws.cloudwatch.delete_alarms, AlarmNames=[name])
    found = aws.application_autoscaling.describe_scaling_policies(**target)["ScalingPolicies"][0]
    assert found["PolicyType"] == "StepScaling", found
    assert [alarm["AlarmName"] for alarm in found["Alarms"]] == [name], found["Alarms"]


@case("application-autoscaling:PutScalingPolicy", page=API + "PutScalingPolicy")
def a_policy_keeps_its_arn_when_it_changes(aws):
    target = a_target(aws)
    before = put_tracking(aws, target)
    after = put_tracking(aws, target, TargetValue=30.0)
    assert after["PolicyARN"] == before["PolicyARN"], after
    alarms = aws.cloudwatch.describe_alarms(AlarmNames=[alarm["AlarmName"] for alarm in after["Alarms"]])
    assert sorted(alarm["Threshold"] for alarm in alarms["MetricAlarms"]) == [27.0, 30.0], alarms


@case("application-autoscaling:PutScalingPolicy", error="ObjectNotFoundException", page=API + "PutScalingPolicy")
def a_policy_is_of_a_registered_target(aws):
    with aws.refused("ObjectNotFoundException", NOT_REGISTERED + "service/none/such"):
        put_tracking(aws, dimension("service/none/such"))


@case(
    "application-autoscaling:PutScalingPolicy",
    shows="validation",
    error="ValidationException",
    page=API + "PutScalingPolicy",
)
def a_policy_is_whole(aws):
    target = a_target(aws)
    put = aws.application_autoscaling.put_scaling_policy
    with aws.refused("ValidationException"):
        put(**target, PolicyName="p")
    with aws.refused("ValidationException"):
        put(**target, PolicyName="p", PolicyType="TargetTrackingScaling")
    with aws.refused("ValidationException"):
        put_tracking(aws, target, CustomizedMetricSpecification={"MetricName": "m", "Namespace": "n", "Statistic": "Sum"})
    with aws.refused("ValidationException"):
        put_steps(aws, target, steps=[{"ScalingAdjustment": 1}])
    put_tracking(aws, target)
    with aws.refused(
        "ValidationException", "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    ):
        put_tracking(aws, target, name="twin")


@case(
    "application-autoscaling:PutScalingPolicy",
    error="LimitExceededException",
    page="AAS/application-auto-scaling-limits",
)
def a_step_policy_has_20_steps_at_most(aws):
    target = a_target(aws)
    steps = [
        {"MetricIntervalLowerBound": float(n), "MetricIntervalUpperBound": float(n + 1), "ScalingAdjustment": n + 1}
        for n in range(20)
    ]
    with aws.refused("LimitExceededException"):
        put_steps(aws, target, steps=[*steps, {"MetricIntervalLowerBound": 20.0, "ScalingAdjustment": 21}])


@case(
    "application-autoscaling:PutScalingPolicy",
    error="FailedResourceAccessException",
    page=API + "PutScalingPolicy",
)
def a_metric_that_cloudwatch_refuses_makes_no_policy(aws):
    target = a_target(aws)
    custom = {
        "Metrics": [
            {"Id": "e", "Expression": "no such expression ((", "ReturnData": True},
        ]
    }
    with aws.refused("FailedResourceAccessException"):
        aws.application_autoscaling.put_scaling_policy(
            **target,
            PolicyName="p",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 1.0, "CustomizedMetricSpecification": custom},
        )
    assert aws.application_autoscaling.describe_scaling_policies(**target)["ScalingPolicies"] == []


@case("application-autoscaling:DescribeScalingPolicies", shows="paging", page=API + "DescribeScalingPolicies")
def policies_come_ten_at_a_time(aws):
    target = a_target(aws)
    for n in range(12):
        put_steps(aws, target, name=f"p{n:02}")
    pages = list(
        aws.application_autoscaling.get_paginator("describe_scaling_policies").paginate(
            ServiceNamespace="ecs", ResourceId=target["ResourceId"]
        )
    )
    assert [len(page["ScalingPolicies"]) for page in pages] == [10, 2], [len(page["ScalingPolicies"]) for page in pages]


@case(
    "application-autoscaling:DescribeScalingPolicies",
    error="InvalidNextTokenException",
    page=API + "DescribeScalingPolicies",
)
def a_token_of_policies_that_nobody_gave_is_invalid(aws):
    with aws.refused("InvalidNextTokenException"):
        aws.application_autoscaling.describe_scaling_policies(ServiceNamespace="ecs", NextToken="made-up")


@case(
    "application-autoscaling:DescribeScalingPolicies",
    shows="validation",
    error="ValidationException",
    page=API + "DescribeScalingPolicies",
)
def policies_of_a_dimension_are_those_of_a_resource(aws):
    with aws.refused("ValidationException"):
        aws.application_autoscaling.describe_scaling_policies(
            ServiceNamespace="ecs", ScalableDimension="ecs:service:DesiredCount"
        )


@case(
    "application-autoscaling:DeleteScalingPolicy",
    "application-autoscaling:PutScalingPolicy",
    page=API + "DeleteScalingPolicy",
)
def a_deleted_policy_takes_its_alarms_along(aws):
    target = a_target(aws)
    alarms = [alarm["AlarmName"] for alarm in put_tracking(aws, target)["Alarms"]]
    aws.application_autoscaling.delete_scaling_policy(**target, PolicyName="cpu")
    assert aws.application_autoscaling.describe_scaling_policies(**target)["ScalingPolicies"] == []
    assert aws.cloudwatch.describe_alarms(AlarmNames=alarms)["MetricAlarms"] == [], "there are alarms"


@case(
    "application-autoscaling:DeleteScalingPolicy", error="ObjectNotFoundException", page=API + "DeleteScalingPolicy"
)
def a_policy_that_is_not_there_is_not_deleted(aws):
    with aws.refused("ObjectNotFoundException", "No scaling policy found for service namespace: ecs"):
        aws.application_autoscaling.delete_scaling_policy(**a_target(aws), PolicyName="none")


@case(
    "application-autoscaling:DeleteScalingPolicy",
    shows="validation",
    error="ValidationException",
    page=API + "DeleteScalingPolicy",
)
def a_policy_is_deleted_of_a_service(aws):
    with aws.refused("ValidationException", "Unsupported service namespace, resource type or scalable dimension"):
        aws.application_autoscaling.delete_scaling_policy(**dimension("such"), PolicyName="none")


# Scheduled actions


@case(
    "application-autoscaling:PutScheduledAction",
    "application-autoscaling:DescribeScheduledActions",
    page=API + "PutScheduledAction",
)
def a_scheduled_action_is_described_as_it_was_put(aws):
    target = a_target(aws)
    put_action(aws, target, Timezone="Europe/Berlin", ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 3})
    found = aws.application_autoscaling.describe_scheduled_actions(**target)["ScheduledActions"]
    assert len(found) == 1, found
    assert found[0]["Schedule"] == "cron(0 7 ? * MON-FRI *)" and found[0]["Timezone"] == "Europe/Berlin", found
    assert found[0]["ScalableTargetAction"] == {"MinCapacity": 1, "MaxCapacity": 3}, found
    assert found[0]["ScheduledActionARN"].endswith(":scheduledActionName/morning"), found


@case("application-autoscaling:PutScheduledAction", error="ObjectNotFoundException", page=API + "PutScheduledAction")
def a_scheduled_action_is_of_a_registered_target(aws):
    with aws.refused("ObjectNotFoundException", NOT_REGISTERED + "service/none/such"):
        put_action(aws, dimension("service/none/such"))


@case(
    "application-autoscaling:PutScheduledAction",
    shows="validation",
    error="ValidationException",
    page="AAS/scheduled-scaling-using-cron-expressions",
)
def a_schedule_has_six_fields_and_a_time_zone_that_exists(aws):
    target = a_target(aws)
    with aws.refused("ValidationException"):
        put_action(aws, target, Schedule="cron(0 7 * * *)")
    with aws.refused("ValidationException"):
        put_action(aws, target, Timezone="Europe/Berln")
    with aws.refused("ValidationException"):
        put_action(aws, target, ScalableTargetAction={"MinCapacity": 3, "MaxCapacity": 2})


@case(
    "application-autoscaling:DeleteScheduledAction",
    "application-autoscaling:PutScheduledAction",
    page=API + "DeleteScheduledAction",
)
def a_deleted_scheduled_action_is_gone(aws):
    target = a_target(aws)
    put_action(aws, target)
    aws.application_autoscaling.delete_scheduled_action(**target, ScheduledActionName="morning")
    assert aws.application_autoscaling.describe_scheduled_actions(**target)["ScheduledActions"] == []


@case(
    "application-autoscaling:DeleteScheduledAction",
    error="ObjectNotFoundException",
    page=API + "DeleteScheduledAction",
)
def a_scheduled_action_that_is_not_there_is_not_deleted(aws):
    with aws.refused("ObjectNotFoundException"):
        aws.application_autoscaling.delete_scheduled_action(**a_target(aws), ScheduledActionName="none")
