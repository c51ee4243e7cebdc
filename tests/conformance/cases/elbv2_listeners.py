"""Listeners, their certificates and rules."""

import re

from harness import case
from harness.load_balancers import (
    EVERYTHING, App, a_balancer, a_certificate, a_group, a_listener, a_rule, answer, forward, other,
)  # fmt: skip

PATH = lambda *values: [{"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}]  # noqa: E731


@case("elbv2:CreateListener", "elbv2:DescribeListeners", page="ELB-API/API_CreateListener")
def a_listener_is_described_with_its_default_action(aws):
    app = App(aws)
    arn = a_listener(aws, app.balancer, Port=8080, DefaultActions=[forward(app.blue)])
    found = aws.elbv2.describe_listeners(ListenerArns=[arn])["Listeners"][0]
    assert re.search(r":listener/app/[\w-]+/[0-9a-f]{16}/[0-9a-f]{16}$", arn), arn
    assert (found["Port"], found["Protocol"], found["LoadBalancerArn"]) == (8080, "HTTP", app.balancer), found
    assert "SslPolicy" not in found, found
    action = found["DefaultActions"][0]
    assert action["TargetGroupArn"] == app.blue, action
    assert action["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"] == app.blue, action
    listed = aws.elbv2.describe_listeners(LoadBalancerArn=app.balancer)["Listeners"]
    assert {each["ListenerArn"] for each in listed} == {app.listener, arn}, listed


@case("elbv2:CreateListener", page="ELB-API/API_CreateListener")
def creating_the_same_listener_again_gives_the_same(aws):
    balancer = a_balancer(aws)["LoadBalancerArn"]
    assert a_listener(aws, balancer) == a_listener(aws, balancer)


@case("elbv2:CreateListener", "elbv2:ModifyListener", error="DuplicateListener", page="ELB-API/API_CreateListener")
def a_port_has_one_listener(aws):
    app = App(aws)
    with aws.refused("DuplicateListener", "A listener already exists on this port for this load balancer"):
        a_listener(aws, app.balancer, DefaultActions=[answer("503")])
    second = a_listener(aws, app.balancer, Port=81)
    with aws.refused("DuplicateListener"):
        aws.elbv2.modify_listener(ListenerArn=second, Port=80)


@case("elbv2:CreateListener", error="TooManyListeners", page="ALB/load-balancer-limits")
def a_balancer_has_50_listeners(aws):
    balancer = a_balancer(aws)["LoadBalancerArn"]
    for port in range(21000, 21050):
        a_listener(aws, balancer, Port=port)
    with aws.refused("TooManyListeners"):
        a_listener(aws, balancer, Port=21050)


@case("elbv2:CreateListener", "elbv2:ModifyListener", error="UnsupportedProtocol", page="ELB-API/API_CreateListener")
def a_balancer_listens_to_http_and_https(aws):
    app = App(aws)
    with aws.refused("UnsupportedProtocol"):
        a_listener(aws, app.balancer, Port=81, Protocol="TCP", DefaultActions=[forward(app.blue)])
    with aws.refused("UnsupportedProtocol"):
        aws.elbv2.modify_listener(ListenerArn=app.listener, Protocol="UDP")


@case("elbv2:CreateListener", "elbv2:ModifyListener", error="TrustStoreNotFound", page="ELB-API/API_MutualAuthenticationAttributes")
def a_listener_names_a_trust_store_that_is_there(aws):
    balancer = a_balancer(aws)["LoadBalancerArn"]
    store = balancer.split(":loadbalancer/")[0] + ":truststore/none/0123456789abcdef"
    verify = {"Mode": "verify", "TrustStoreArn": store}
    tls = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": a_certificate(aws)}]}
    with aws.refused("TrustStoreNotFound"):
        a_listener(aws, balancer, MutualAuthentication=verify, **tls)
    listener = a_listener(aws, balancer, **tls)
    with aws.refused("TrustStoreNotFound"):
        aws.elbv2.modify_listener(ListenerArn=listener, MutualAuthentication=verify)


@case("elbv2:CreateListener", "elbv2:ModifyListener", shows="validation", error="ValidationError", page="ELB-API/API_CreateListener")
def an_https_listener_has_a_certificate_and_a_listener_a_port(aws):
    app = App(aws)
    with aws.refused("ValidationError", "A certificate must be specified for HTTPS listeners"):
        a_listener(aws, app.balancer, Protocol="HTTPS", Port=443)
    with aws.refused("ValidationError", "A certificate must be specified for HTTPS listeners"):
        aws.elbv2.modify_listener(ListenerArn=app.listener, Protocol="HTTPS")
    unchecked = aws.client("elbv2", unchecked=True)
    for port in (0, 65536):
        with aws.refused("ValidationError"):
            a_listener(aws, app.balancer, elb=unchecked, Port=port)
    arn = f"arn:aws:acm:{'eu-north-1' if aws.region != 'eu-north-1' else 'eu-west-1'}:123456789012:certificate/1"
    with aws.refused("ValidationError", f"Certificate ARN '{arn}' is not valid"):
        a_listener(aws, app.balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": arn}])


@case("elbv2:ModifyListener", page="ELB-API/API_ModifyListener")
def a_default_action_is_replaced_as_a_whole_and_the_rest_stays(aws):
    app = App(aws)
    changed = aws.elbv2.modify_listener(
        ListenerArn=app.listener, DefaultActions=[forward((app.blue, 90), (app.green, 10))]
    )["Listeners"][0]
    assert (changed["Port"], changed["Protocol"]) == (80, "HTTP"), changed
    action = changed["DefaultActions"][0]
    assert "TargetGroupArn" not in action, action
    weights = {each["TargetGroupArn"]: each["Weight"] for each in action["ForwardConfig"]["TargetGroups"]}
    assert weights == {app.blue: 90, app.green: 10}, weights
    default = aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"][-1]
    assert (default["Priority"], default["IsDefault"]) == ("default", True), default
    assert default["Actions"][0]["ForwardConfig"] == action["ForwardConfig"], default


@case("elbv2:DeleteListener", page="ELB-API/API_DeleteListener")
def a_deleted_listener_takes_its_rules(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    aws.elbv2.delete_listener(ListenerArn=app.listener)
    with aws.refused("RuleNotFound"):
        aws.elbv2.describe_rules(RuleArns=[rule])


@case(
    "elbv2:DescribeListeners", "elbv2:ModifyListener", "elbv2:DeleteListener", "elbv2:CreateRule", "elbv2:DescribeRules",
    "elbv2:DescribeListenerAttributes", "elbv2:ModifyListenerAttributes", "elbv2:DescribeListenerCertificates",
    "elbv2:AddListenerCertificates", "elbv2:RemoveListenerCertificates", "elbv2:AddTags", "elbv2:DescribeTags",
    "elbv2:RemoveTags", error="ListenerNotFound", page="ELB-API/API_DescribeListeners",
)  # fmt: skip
def a_listener_that_is_not_there_is_not_found(aws):
    elb, arn = aws.elbv2, other(App(aws).listener)
    certificates = [{"CertificateArn": a_certificate(aws)}]
    calls = [
        lambda: elb.describe_listeners(ListenerArns=[arn]),
        lambda: elb.modify_listener(ListenerArn=arn, Port=81),
        lambda: elb.delete_listener(ListenerArn=arn),
        lambda: elb.create_rule(ListenerArn=arn, Priority=1, Conditions=EVERYTHING, Actions=[answer("200")]),
        lambda: elb.describe_rules(ListenerArn=arn),
        lambda: elb.describe_listener_attributes(ListenerArn=arn),
        lambda: elb.modify_listener_attributes(ListenerArn=arn, Attributes=[{"Key": "routing.http.response.server.enabled", "Value": "false"}]),
        lambda: elb.describe_listener_certificates(ListenerArn=arn),
        lambda: elb.add_listener_certificates(ListenerArn=arn, Certificates=certificates),
        lambda: elb.remove_listener_certificates(ListenerArn=arn, Certificates=certificates),
        lambda: elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: elb.describe_tags(ResourceArns=[arn]),
        lambda: elb.remove_tags(ResourceArns=[arn], TagKeys=["a"]),
    ]
    for call in calls:
        with aws.refused("ListenerNotFound", "One or more listeners not found", 400):
            call()


@case(
    "elbv2:DescribeListeners", "elbv2:DeleteListener", "elbv2:DescribeListenerAttributes", "elbv2:DescribeRules",
    "elbv2:ModifyRule", "elbv2:DeleteRule", "elbv2:SetRulePriorities", shows="validation", error="ValidationError",
    page="ELB-API/CommonErrors",
)  # fmt: skip
def what_is_no_arn_of_a_listener_or_rule_is_not_valid(aws):
    elb = aws.elbv2
    calls = [
        lambda: elb.describe_listeners(ListenerArns=["web"]),
        lambda: elb.delete_listener(ListenerArn="web"),
        lambda: elb.describe_listener_attributes(ListenerArn="web"),
        lambda: elb.describe_rules(RuleArns=["web"]),
        lambda: elb.modify_rule(RuleArn="web", Actions=[answer("200")]),
        lambda: elb.delete_rule(RuleArn="web"),
        lambda: elb.set_rule_priorities(RulePriorities=[{"RuleArn": "web", "Priority": 1}]),
    ]
    for call in calls:
        with aws.refused("ValidationError", "'web' is not a valid listener"):
            call()
    for call in (elb.describe_listeners, elb.describe_rules):
        with aws.refused("ValidationError", "You must specify either"):
            call()


@case("elbv2:DescribeListeners", shows="paging", page="ELB-API/API_DescribeListeners")
def listeners_come_in_pages(aws):
    balancer = a_balancer(aws)["LoadBalancerArn"]
    mine = [a_listener(aws, balancer, Port=port) for port in (22001, 22002, 22003)]
    pages = aws.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer, PaginationConfig={"PageSize": 2})
    assert [len(page) for page in pages] == [2, 1], pages
    assert {each["ListenerArn"] for page in pages for each in page} == set(mine)


@case("elbv2:DescribeListenerAttributes", "elbv2:ModifyListenerAttributes", page="ALB/load-balancer-listeners")
def attributes_of_a_listener_have_defaults_and_change(aws):
    listener = App(aws).listener
    read = lambda: {  # noqa: E731
        each["Key"]: each["Value"] for each in aws.elbv2.describe_listener_attributes(ListenerArn=listener)["Attributes"]
    }
    assert read().get("routing.http.response.server.enabled") == "true", read()
    aws.elbv2.modify_listener_attributes(
        ListenerArn=listener,
        Attributes=[{"Key": "routing.http.response.x_frame_options.header_value", "Value": "DENY"}],
    )
    assert read()["routing.http.response.x_frame_options.header_value"] == "DENY", read()


@case(
    "elbv2:AddListenerCertificates", "elbv2:DescribeListenerCertificates", "elbv2:RemoveListenerCertificates",
    page="ELB-API/API_AddListenerCertificates",
)  # fmt: skip
def certificates_for_sni_come_and_go(aws):
    first, second = a_certificate(aws, "a.example.com"), a_certificate(aws, "b.example.com")
    second = second if second != first else other(first)
    balancer = a_balancer(aws)["LoadBalancerArn"]
    listener = a_listener(aws, balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": first}])
    read = lambda: {  # noqa: E731
        each["CertificateArn"]: each["IsDefault"]
        for each in aws.elbv2.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    }
    aws.elbv2.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": second}])
    assert read() == {first: True, second: False}, read()
    found = aws.elbv2.describe_listeners(ListenerArns=[listener])["Listeners"][0]
    assert [each["CertificateArn"] for each in found["Certificates"]] == [first], found
    assert found["SslPolicy"] == "ELBSecurityPolicy-2016-08", found
    aws.elbv2.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": second}])
    assert read() == {first: True}, read()


@case("elbv2:CreateRule", "elbv2:DescribeRules", page="ELB-API/API_CreateRule")
def rules_come_by_priority_as_strings_the_default_one_last(aws):
    app = App(aws)
    a_rule(aws, app.listener, 20, conditions=PATH("/b"))
    a_rule(aws, app.listener, 3, conditions=PATH("/a"))
    found = aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"]
    assert [rule["Priority"] for rule in found] == ["3", "20", "default"], found
    assert found[0]["Conditions"][0]["Values"] == ["/a"], found[0]
    assert found[0]["Conditions"][0]["PathPatternConfig"] == {"Values": ["/a"]}, found[0]
    assert [rule["IsDefault"] for rule in found] == [False, False, True], found


@case("elbv2:CreateRule", page="ALB/rule-condition-types")
def every_kind_of_condition_comes_back(aws):
    app = App(aws)
    given = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Preview", "Values": ["green"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b*"}]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
    ]
    found = a_rule(aws, app.listener, conditions=given)["Conditions"]
    for condition in given:
        match = next(each for each in found if each["Field"] == condition["Field"])
        assert {**match, **condition} == match, match


@case("elbv2:CreateRule", "elbv2:ModifyRule", shows="validation", error="ValidationError", page="ALB/rule-condition-types")
def conditions_have_limits(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    header = lambda name: [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": ["1"]}}]  # noqa: E731
    wrong = [
        ([], None),
        (PATH("/a", "/b", "/c") + [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.test", "b.test", "c.test"]}}], "'5' condition values"),
        (PATH("/a") + PATH("/b"), "path-pattern"),
        ([{"Field": "host-header", "HostHeaderConfig": {"Values": ["my-app-1"]}}], "Condition value 'my-app-1' contains a character that is not valid"),
        (PATH("/a b"), "Condition value '/a b' contains a character that is not valid"),
        (PATH("/" + "a" * 128), None),
        (header("X" * 41), None),
        (header("Host"), None),
        ([{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["get"]}}], None),
        ([{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.1"]}}], None),
        ([{"Field": "cookie", "Values": ["a"]}], None),
    ]
    for conditions, text in wrong:
        with aws.refused("ValidationError", text):
            aws.elbv2.create_rule(ListenerArn=app.listener, Priority=2, Conditions=conditions, Actions=[answer("200")])
        if conditions:
            with aws.refused("ValidationError", text):
                aws.elbv2.modify_rule(RuleArn=rule, Conditions=conditions)


@case("elbv2:ModifyRule", page="ELB-API/API_ModifyRule")
def each_list_of_a_rule_is_replaced_as_a_whole(aws):
    app = App(aws)
    arn = a_rule(aws, app.listener, conditions=PATH("/a"))["RuleArn"]
    changed = aws.elbv2.modify_rule(RuleArn=arn, Actions=[forward((app.blue, 0), (app.green, 100), stickiness=60)])["Rules"][0]
    assert changed["Conditions"][0]["Values"] == ["/a"], changed
    config = changed["Actions"][0]["ForwardConfig"]
    assert config["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 60}, config
    changed = aws.elbv2.modify_rule(RuleArn=arn, Conditions=PATH("/b"))["Rules"][0]
    assert changed["Actions"][0]["ForwardConfig"] == config, changed
    assert aws.elbv2.describe_rules(RuleArns=[arn])["Rules"][0]["Conditions"][0]["Values"] == ["/b"]


@case("elbv2:DeleteRule", page="ELB-API/API_DeleteRule")
def a_deleted_rule_is_gone(aws):
    app = App(aws)
    arn = a_rule(aws, app.listener)["RuleArn"]
    aws.elbv2.delete_rule(RuleArn=arn)
    assert len(aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"]) == 1


@case(
    "elbv2:DescribeRules", "elbv2:ModifyRule", "elbv2:DeleteRule", "elbv2:SetRulePriorities", "elbv2:AddTags",
    "elbv2:DescribeTags", "elbv2:RemoveTags", error="RuleNotFound", page="ELB-API/API_DescribeRules",
)  # fmt: skip
def a_rule_that_is_not_there_is_not_found(aws):
    elb, app = aws.elbv2, App(aws)
    arn = other(a_rule(aws, app.listener)["RuleArn"])
    calls = [
        lambda: elb.describe_rules(RuleArns=[arn]),
        lambda: elb.modify_rule(RuleArn=arn, Actions=[answer("200")]),
        lambda: elb.delete_rule(RuleArn=arn),
        lambda: elb.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": 1}]),
        lambda: elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: elb.describe_tags(ResourceArns=[arn]),
        lambda: elb.remove_tags(ResourceArns=[arn], TagKeys=["a"]),
    ]
    for call in calls:
        with aws.refused("RuleNotFound", "One or more rules not found", 400):
            call()


@case("elbv2:ModifyRule", "elbv2:DeleteRule", "elbv2:SetRulePriorities", error="OperationNotPermitted", page="ELB-API/API_DeleteRule")
def the_default_rule_is_its_listeners(aws):
    app = App(aws)
    arn = aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"][-1]["RuleArn"]
    with aws.refused("OperationNotPermitted", f"Default rule '{arn}' cannot be modified"):
        aws.elbv2.modify_rule(RuleArn=arn, Actions=[answer("200")])
    with aws.refused("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted"):
        aws.elbv2.delete_rule(RuleArn=arn)
    with aws.refused("OperationNotPermitted"):
        aws.elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": 1}])


@case("elbv2:SetRulePriorities", page="ELB-API/API_SetRulePriorities")
def priorities_are_swapped_as_a_set(aws):
    app = App(aws)
    one = a_rule(aws, app.listener, 1, conditions=PATH("/a"))["RuleArn"]
    two = a_rule(aws, app.listener, 2, conditions=PATH("/b"))["RuleArn"]
    aws.elbv2.set_rule_priorities(
        RulePriorities=[{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}]
    )
    found = aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"]
    assert [rule["RuleArn"] for rule in found[:2]] == [two, one], found


@case("elbv2:CreateRule", "elbv2:SetRulePriorities", error="PriorityInUse", page="ELB-API/API_CreateRule")
def a_priority_has_one_rule(aws):
    app = App(aws)
    one = a_rule(aws, app.listener, 1, conditions=PATH("/a"))["RuleArn"]
    a_rule(aws, app.listener, 2, conditions=PATH("/b"))
    with aws.refused("PriorityInUse", "Priority '1' is currently in use"):
        a_rule(aws, app.listener, 1)
    with aws.refused("PriorityInUse"):
        aws.elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": one, "Priority": 2}])


@case("elbv2:CreateRule", "elbv2:SetRulePriorities", shows="validation", error="ValidationError", page="ELB-API/API_CreateRule")
def priorities_are_from_1_to_50000(aws):
    app = App(aws)
    unchecked = aws.client("elbv2", unchecked=True)
    arn = a_rule(aws, app.listener, 50000)["RuleArn"]
    for priority in (0, 50001):
        with aws.refused("ValidationError"):
            a_rule(aws, app.listener, priority, elb=unchecked)
        with aws.refused("ValidationError"):
            unchecked.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": priority}])


@case("elbv2:CreateRule", error="TooManyRules", page="ALB/load-balancer-limits")
def a_balancer_has_100_rules(aws):
    app = App(aws)
    for priority in range(1, 101):
        a_rule(aws, app.listener, priority)
    with aws.refused("TooManyRules"):
        a_rule(aws, app.listener, 101)


@case("elbv2:DescribeRules", shows="paging", page="ELB-API/API_DescribeRules")
def rules_come_in_pages(aws):
    app = App(aws)
    for priority in (1, 2, 3):
        a_rule(aws, app.listener, priority)
    pages = aws.pages("elbv2", "describe_rules", "Rules", ListenerArn=app.listener, PaginationConfig={"PageSize": 3})
    assert [[rule["Priority"] for rule in page] for page in pages] == [["1", "2", "3"], ["default"]], pages


def all_four(aws, app, rule, actions):
    """The four calls that take actions."""
    elb = aws.elbv2
    return [
        lambda: a_listener(aws, app.balancer, Port=8099, DefaultActions=actions),
        lambda: elb.modify_listener(ListenerArn=app.listener, DefaultActions=actions),
        lambda: elb.create_rule(ListenerArn=app.listener, Priority=999, Conditions=EVERYTHING, Actions=actions),
        lambda: elb.modify_rule(RuleArn=rule, Actions=actions),
    ]


TAKING_ACTIONS = ("elbv2:CreateListener", "elbv2:ModifyListener", "elbv2:CreateRule", "elbv2:ModifyRule")


@case(*TAKING_ACTIONS, error="InvalidLoadBalancerAction", page="ELB-API/API_Action")
def contradictory_actions_are_refused(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    redirect = lambda **config: {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **config}}  # noqa: E731
    for actions, text in (
        ([{**forward((app.blue, 1)), "TargetGroupArn": app.green}], None),
        ([{**forward((app.blue, 1), (app.green, 1)), "TargetGroupArn": app.blue}], None),
        ([{**forward(app.blue), "Order": 1}, {**forward(app.green), "Order": 2}], None),
        ([redirect()], "The redirect configuration is not valid because it creates a loop"),
        ([redirect(Path="new")], "The Path parameter must be a valid path, should start with a '/'"),
    ):
        for call in all_four(aws, app, rule, actions):
            with aws.refused("InvalidLoadBalancerAction", text):
                call()
    same = {**forward((app.blue, 1)), "TargetGroupArn": app.blue}
    assert aws.elbv2.modify_rule(RuleArn=rule, Actions=[same])["Rules"][0]["Actions"][0]["TargetGroupArn"] == app.blue


@case(*TAKING_ACTIONS, error="InvalidLoadBalancerAction", page="ALB/create-target-group")
def a_group_of_grpc_needs_an_https_listener(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    grpc = a_group(aws, ProtocolVersion="GRPC")
    for call in all_four(aws, app, rule, [forward(grpc)]):
        with aws.refused(
            "InvalidLoadBalancerAction",
            "Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'",
        ):
            call()


@case(*TAKING_ACTIONS, error="TooManyActions", page="ALB/load-balancer-limits")
def a_rule_has_one_action_that_authenticates_and_one_that_ends(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    three = [{**answer("200"), "Order": order} for order in (1, 2, 3)]
    for call in all_four(aws, app, rule, three):
        with aws.refused("TooManyActions"):
            call()


@case(*TAKING_ACTIONS, error="TargetGroupNotFound", page="ELB-API/API_Action")
def an_action_names_groups_that_are_there(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    for call in all_four(aws, app, rule, [forward(other(app.blue))]):
        with aws.refused("TargetGroupNotFound", "One or more target groups not found"):
            call()


@case(*TAKING_ACTIONS, error="TargetGroupAssociationLimit", page="ALB/load-balancer-target-groups")
def a_group_belongs_to_one_balancer(aws):
    app, others = App(aws), App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    a_rule(aws, others.listener, actions=[forward(others.blue)])
    for call in all_four(aws, app, rule, [forward(others.blue)]):
        with aws.refused(
            "TargetGroupAssociationLimit",
            f"The following target groups cannot be associated with more than one load balancer: {others.blue}",
        ):
            call()


@case(*TAKING_ACTIONS, error="TooManyUniqueTargetGroupsPerLoadBalancer", page="ALB/load-balancer-limits")
def a_balancer_has_100_groups(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    for index in range(20):
        groups = [(a_group(aws), 1) for _ in range(5)]
        a_rule(aws, app.listener, 100 + index, actions=[forward(*groups)])
    for call in all_four(aws, app, rule, [forward(app.blue)]):
        with aws.refused(
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            "You have reached the maximum number of unique target groups that you can associate with a load balancer of type 'application': [100]",
        ):
            call()


@case(*TAKING_ACTIONS, error="TooManyTargets", page="ALB/load-balancer-limits")
def a_balancer_has_1000_targets(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    a_rule(aws, app.listener, 5, actions=[forward(app.green)])
    address = lambda index: {"Id": f"10.1.{index // 250}.{index % 250 + 1}"}  # noqa: E731
    for group, count in ((app.green, 999), (app.blue, 2)):
        aws.elbv2.register_targets(TargetGroupArn=group, Targets=[address(index) for index in range(count)])
    for call in all_four(aws, app, rule, [forward(app.blue)]):
        with aws.refused("TooManyTargets"):
            call()


@case(*TAKING_ACTIONS, shows="validation", error="ValidationError", page="ELB-API/API_ForwardActionConfig")
def weights_and_durations_have_their_ranges(aws):
    app = App(aws)
    rule = a_rule(aws, app.listener)["RuleArn"]
    six = [(a_group(aws), 1) for _ in range(6)]
    for actions, text in (
        ([forward((app.blue, 1000))], None),
        ([forward((app.blue, -1))], None),
        ([forward(*six)], None),
        ([forward((app.blue, 1), (app.blue, 1))], None),
        ([forward((app.blue, 1), (app.green, 1), stickiness=0)], "Target group stickiness duration must be between 1 and 604800 seconds"),
        ([answer("302")], None),
        ([{"Type": "forward"}], None),
    ):
        for call in all_four(aws, app, rule, actions):
            with aws.refused("ValidationError", text):
                call()


@case("elbv2:CreateRule", "elbv2:DescribeRules", page="ELB-API/API_AuthenticateOidcActionConfig")
def a_login_is_kept_without_its_secret(aws):
    app = App(aws)
    listener = a_listener(
        aws, app.balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": a_certificate(aws)}]
    )
    oidc = {
        "Issuer": "https://login.example.com", "AuthorizationEndpoint": "https://login.example.com/authorize",
        "TokenEndpoint": "https://login.example.com/token", "UserInfoEndpoint": "https://login.example.com/me",
        "ClientId": "shop",
    }  # fmt: skip
    actions = lambda **secret: [  # noqa: E731
        {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {**oidc, **secret}},
        {**forward(app.blue), "Order": 2},
    ]
    rule = a_rule(aws, listener, actions=actions(ClientSecret="planted"))
    assert "planted" not in str(aws.elbv2.describe_rules(RuleArns=[rule["RuleArn"]])), rule
    config = rule["Actions"][0]["AuthenticateOidcConfig"]
    assert "ClientSecret" not in config and config["ClientId"] == "shop", config
    assert (config["Scope"], config["SessionCookieName"]) == ("openid", "AWSELBAuthSessionCookie"), config
    aws.elbv2.modify_rule(RuleArn=rule["RuleArn"], Actions=actions(UseExistingClientSecret=True))
    with aws.refused("InvalidLoadBalancerAction"):
        a_rule(aws, app.listener, actions=actions(ClientSecret="planted"))


@case("elbv2:CreateRule", "elbv2:ModifyRule", page="ELB-API/API_RuleTransform")
def transforms_of_a_rule_come_back(aws):
    app = App(aws)
    transform = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/api", "Replace": "/"}]}}
    rule = a_rule(aws, app.listener, Transforms=[transform])
    assert rule["Transforms"] == [transform], rule
    changed = aws.elbv2.modify_rule(RuleArn=rule["RuleArn"], ResetTransforms=True)["Rules"][0]
    assert not changed.get("Transforms"), changed
