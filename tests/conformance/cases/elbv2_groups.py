"""Target groups, their attributes and targets."""

import re

from harness import case
from harness.load_balancers import App, a_balancer, a_group, a_rule, forward, other


@case("elbv2:CreateTargetGroup", "elbv2:DescribeTargetGroups", page="ELB-API/API_CreateTargetGroup")
def a_new_group_has_the_defaults_of_the_api(aws):
    arn = a_group(aws)
    found = aws.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    assert re.fullmatch(r"arn:aws:elasticloadbalancing:[\w-]+:\d{12}:targetgroup/[\w-]+/[0-9a-f]{16}", arn), arn
    expected = {
        "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port", "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5, "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2, "HealthCheckPath": "/", "Matcher": {"HttpCode": "200"}, "LoadBalancerArns": [],
        "ProtocolVersion": "HTTP1", "IpAddressType": "ipv4", "TargetType": "ip", "Protocol": "HTTP", "Port": 80,
    }  # fmt: skip
    assert {key: found.get(key) for key in expected} == expected, found


@case("elbv2:CreateTargetGroup", page="ELB-API/API_CreateTargetGroup")
def creating_the_same_group_again_gives_the_same(aws):
    name = aws.name("tg")
    assert a_group(aws, Name=name) == a_group(aws, Name=name)


@case("elbv2:CreateTargetGroup", error="DuplicateTargetGroupName", page="ELB-API/API_CreateTargetGroup")
def another_group_of_that_name_is_refused(aws):
    name = aws.name("tg")
    a_group(aws, Name=name)
    with aws.refused("DuplicateTargetGroupName", f"A target group with the same name '{name}' exists, but with different settings"):
        a_group(aws, Name=name, Port=81)


@case("elbv2:CreateTargetGroup", "elbv2:ModifyTargetGroup", shows="validation", error="ValidationError", page="ALB/target-group-health-checks")
def health_checks_have_their_ranges(aws):
    arn = a_group(aws)
    unchecked = aws.client("elbv2", unchecked=True)
    for members, text in (
        ({"HealthCheckIntervalSeconds": 4}, "healthCheckIntervalSeconds"),
        ({"HealthCheckIntervalSeconds": 301}, "healthCheckIntervalSeconds"),
        ({"HealthCheckTimeoutSeconds": 1}, "healthCheckTimeoutSeconds"),
        ({"HealthyThresholdCount": 11}, "healthyThresholdCount"),
        ({"UnhealthyThresholdCount": 1}, "unhealthyThresholdCount"),
        ({"HealthCheckPath": "health"}, "Health check path 'health' must begin with a '/' character"),
        ({"Matcher": {"HttpCode": "199"}}, "199"),
        ({"Matcher": {"HttpCode": "200-500"}}, "200-500"),
        ({"HealthCheckPort": "0"}, "0"),
        ({"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 5}, "must be greater than the timeout"),
    ):
        with aws.refused("ValidationError", text):
            a_group(aws, unchecked, **members)
        with aws.refused("ValidationError", text):
            unchecked.modify_target_group(TargetGroupArn=arn, **members)
    for matcher in ("200,202", "200-299", "200-299,404"):
        aws.elbv2.modify_target_group(TargetGroupArn=arn, Matcher={"HttpCode": matcher})


@case("elbv2:CreateTargetGroup", page="ELB-API/API_Matcher")
def a_group_of_grpc_is_checked_by_its_own_code_and_path(aws):
    arn = a_group(aws, ProtocolVersion="GRPC")
    found = aws.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    assert found["ProtocolVersion"] == "GRPC", found
    assert (found["HealthCheckPath"], found["Matcher"]) == ("/AWS.ALB/healthcheck", {"GrpcCode": "12"}), found


@case("elbv2:ModifyTargetGroup", page="ELB-API/API_ModifyTargetGroup")
def what_is_not_named_stays(aws):
    arn = a_group(aws, HealthCheckPath="/health")
    changed = aws.elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckIntervalSeconds=10)["TargetGroups"][0]
    assert (changed["HealthCheckPath"], changed["HealthCheckIntervalSeconds"]) == ("/health", 10), changed


@case(
    "elbv2:DescribeTargetGroups", "elbv2:ModifyTargetGroup", "elbv2:DescribeTargetGroupAttributes",
    "elbv2:ModifyTargetGroupAttributes", "elbv2:DescribeTargetHealth", "elbv2:RegisterTargets", "elbv2:DeregisterTargets",
    "elbv2:AddTags", "elbv2:DescribeTags", "elbv2:RemoveTags", error="TargetGroupNotFound",
    page="ELB-API/API_DescribeTargetGroups",
)  # fmt: skip
def a_group_that_is_not_there_is_not_found(aws):
    elb, arn = aws.elbv2, other(a_group(aws))
    targets = [{"Id": "10.0.0.1"}]
    calls = [
        lambda: elb.describe_target_groups(TargetGroupArns=[arn]),
        lambda: elb.describe_target_groups(Names=[aws.name("none")]),
        lambda: elb.modify_target_group(TargetGroupArn=arn, HealthCheckPath="/"),
        lambda: elb.describe_target_group_attributes(TargetGroupArn=arn),
        lambda: elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]),
        lambda: elb.describe_target_health(TargetGroupArn=arn),
        lambda: elb.register_targets(TargetGroupArn=arn, Targets=targets),
        lambda: elb.deregister_targets(TargetGroupArn=arn, Targets=targets),
        lambda: elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: elb.describe_tags(ResourceArns=[arn]),
        lambda: elb.remove_tags(ResourceArns=[arn], TagKeys=["a"]),
    ]
    for call in calls:
        with aws.refused("TargetGroupNotFound", "One or more target groups not found", 400):
            call()


@case(
    "elbv2:DescribeTargetGroups", "elbv2:DeleteTargetGroup", "elbv2:DescribeTargetGroupAttributes",
    "elbv2:ModifyTargetGroupAttributes", "elbv2:DescribeTargetHealth", shows="validation", error="ValidationError",
    page="ELB-API/CommonErrors",
)  # fmt: skip
def what_is_no_arn_of_a_group_is_not_valid(aws):
    elb, arn = aws.elbv2, a_balancer(aws)["LoadBalancerArn"]
    for wrong in ("web", arn):
        calls = [
            lambda: elb.describe_target_groups(TargetGroupArns=[wrong]),  # noqa: B023
            lambda: elb.delete_target_group(TargetGroupArn=wrong),  # noqa: B023
            lambda: elb.describe_target_group_attributes(TargetGroupArn=wrong),  # noqa: B023
            lambda: elb.modify_target_group_attributes(TargetGroupArn=wrong, Attributes=[]),  # noqa: B023
            lambda: elb.describe_target_health(TargetGroupArn=wrong),  # noqa: B023
        ]
        for call in calls:
            with aws.refused("ValidationError", f"'{wrong}' is not a valid target group ARN"):
                call()


@case("elbv2:DescribeTargetGroups", shows="paging", page="ELB-API/API_DescribeTargetGroups")
def groups_come_in_pages(aws):
    mine = {a_group(aws) for _ in range(3)}
    pages = aws.pages("elbv2", "describe_target_groups", "TargetGroups", PaginationConfig={"PageSize": 2})
    assert all(len(page) <= 2 for page in pages), "a page has more than 2"
    assert mine <= {each["TargetGroupArn"] for page in pages for each in page}


@case("elbv2:DeleteTargetGroup", page="ELB-API/API_DeleteTargetGroup")
def a_group_that_nothing_uses_is_deleted(aws):
    arn = a_group(aws)
    aws.elbv2.delete_target_group(TargetGroupArn=arn)
    with aws.refused("TargetGroupNotFound"):
        aws.elbv2.describe_target_groups(TargetGroupArns=[arn])
    aws.elbv2.delete_target_group(TargetGroupArn=arn)


@case("elbv2:DeleteTargetGroup", error="ResourceInUse", page="ELB-API/API_DeleteTargetGroup")
def a_group_that_a_rule_names_is_in_use(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener, actions=[forward((app.blue, 1), (app.green, 0))])
    found = aws.elbv2.describe_target_groups(LoadBalancerArn=app.balancer)["TargetGroups"]
    assert {each["TargetGroupArn"] for each in found} == {app.blue, app.green}, found
    with aws.refused("ResourceInUse", f"Target group '{app.green}' is currently in use by a listener or a rule"):
        aws.elbv2.delete_target_group(TargetGroupArn=app.green)
    aws.elbv2.delete_rule(RuleArn=rule["RuleArn"])
    aws.elbv2.delete_target_group(TargetGroupArn=app.green)


@case("elbv2:ModifyTargetGroupAttributes", "elbv2:DescribeTargetGroupAttributes", page="ALB/edit-target-group-attributes")
def attributes_of_a_group_have_defaults_and_change_one_by_one(aws):
    arn = a_group(aws)
    read = lambda: {  # noqa: E731
        each["Key"]: each["Value"] for each in aws.elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    before = read()
    expected = {
        "deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false", "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "86400", "stickiness.app_cookie.duration_seconds": "86400",
        "slow_start.duration_seconds": "0", "load_balancing.algorithm.type": "round_robin",
        "load_balancing.algorithm.anomaly_mitigation": "off",
        "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    }  # fmt: skip
    for key, value in expected.items():
        assert before.get(key) == value, f"{key} is {before.get(key)}"
    aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=arn, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]
    )
    assert read() == {**before, "deregistration_delay.timeout_seconds": "0"}


@case("elbv2:ModifyTargetGroupAttributes", shows="validation", error="ValidationError", page="ALB/edit-target-group-attributes")
def attributes_of_a_group_are_known_in_range_and_agree(aws):
    arn = a_group(aws)
    for attributes in (
        {"deregistration_delay.timeout_seconds": "3601"},
        {"slow_start.duration_seconds": "29"},
        {"stickiness.lb_cookie.duration_seconds": "604801"},
        {"stickiness.type": "source_ip"},
        {"deregistration.delay": "1"},
        {"slow_start.duration_seconds": "30", "load_balancing.algorithm.type": "least_outstanding_requests"},
        {"load_balancing.algorithm.anomaly_mitigation": "on"},
        {"stickiness.app_cookie.cookie_name": "AWSALBTG"},
    ):
        with aws.refused("ValidationError"):
            aws.elbv2.modify_target_group_attributes(
                TargetGroupArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
            )


@case("elbv2:ModifyTargetGroupAttributes", error="InvalidConfigurationRequest", page="ALB/edit-target-group-attributes")
def a_group_with_weights_is_sticky_only_where_its_rule_is(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener, actions=[forward((app.blue, 1), (app.green, 1))])
    enable = lambda: aws.elbv2.modify_target_group_attributes(  # noqa: E731
        TargetGroupArn=app.blue, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]
    )
    with aws.refused("InvalidConfigurationRequest"):
        enable()
    aws.elbv2.modify_rule(
        RuleArn=rule["RuleArn"], Actions=[forward((app.blue, 1), (app.green, 1), stickiness=60)]
    )
    enable()


@case("elbv2:RegisterTargets", "elbv2:DescribeTargetHealth", "elbv2:DeregisterTargets", page="ALB/target-group-health-checks")
def a_target_of_an_unused_group_is_unused(aws):
    arn = a_group(aws)
    aws.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.1"}, {"Id": "10.0.0.1", "Port": 81}])
    found = aws.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert sorted(each["Target"]["Port"] for each in found) == [80, 81], found
    health = found[0]["TargetHealth"]
    assert (health["State"], health["Reason"]) == ("unused", "Target.NotInUse"), health
    assert health["Description"] == "Target group is not configured to receive traffic from the load balancer", health
    assert found[0]["HealthCheckPort"] == str(found[0]["Target"]["Port"]), found[0]
    aws.elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])


@case("elbv2:DescribeTargetHealth", page="ELB-API/API_TargetHealth")
def a_target_begins_initial_and_one_that_is_not_there_is_not_registered(aws):
    app = App(aws)
    a_rule(aws, app.listener, actions=[forward(app.blue)])
    aws.elbv2.register_targets(TargetGroupArn=app.blue, Targets=[{"Id": "10.0.0.1"}])
    found = aws.elbv2.describe_target_health(TargetGroupArn=app.blue, Targets=[{"Id": "10.0.0.1"}, {"Id": "10.0.0.2"}])
    first, second = [each["TargetHealth"] for each in found["TargetHealthDescriptions"]]
    assert first["State"] == "initial", first
    assert first["Reason"] in ("Elb.RegistrationInProgress", "Elb.InitialHealthChecking"), first
    assert (second["State"], second["Reason"]) == ("unused", "Target.NotRegistered"), second


@case("elbv2:DescribeTargetHealth", shows="waiter", page="ALB/edit-target-group-attributes")
def a_target_drains_and_is_deregistered(aws):
    app = App(aws)
    a_rule(aws, app.listener, actions=[forward(app.blue)])
    aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=app.blue, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    )
    targets = [{"Id": "10.0.0.1", "Port": 80}]
    aws.elbv2.register_targets(TargetGroupArn=app.blue, Targets=targets)
    aws.elbv2.deregister_targets(TargetGroupArn=app.blue, Targets=targets)
    health = aws.elbv2.describe_target_health(TargetGroupArn=app.blue)["TargetHealthDescriptions"][0]["TargetHealth"]
    assert (health["State"], health["Reason"]) == ("draining", "Target.DeregistrationInProgress"), health
    aws.wait("elbv2", "target_deregistered", TargetGroupArn=app.blue, Targets=targets)
    assert aws.elbv2.describe_target_health(TargetGroupArn=app.blue)["TargetHealthDescriptions"] == []


@case("elbv2:DescribeTargetHealth", page="ELB-API/API_DescribeTargetHealth")
def anomalies_are_told_when_asked_for(aws):
    arn = a_group(aws)
    aws.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.1"}])
    read = lambda **members: aws.elbv2.describe_target_health(TargetGroupArn=arn, **members)["TargetHealthDescriptions"][0]  # noqa: E731
    assert "AnomalyDetection" not in read(), read()
    found = read(Include=["AnomalyDetection"])
    assert found["AnomalyDetection"] == {"Result": "normal", "MitigationInEffect": "no"}, found
