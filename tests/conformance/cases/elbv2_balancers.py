"""Load balancers, their attributes and tags."""

import re

from harness import case
from harness.load_balancers import App, a_balancer, a_certificate, a_group, a_listener, answer, other, subnets


@case("elbv2:CreateLoadBalancer", "elbv2:DescribeLoadBalancers", page="ELB-API/API_CreateLoadBalancer")
def a_new_balancer_is_described_with_its_defaults(aws):
    chosen, vpc = subnets(aws)
    made = a_balancer(aws)
    found = aws.elbv2.describe_load_balancers(Names=[made["LoadBalancerName"]])["LoadBalancers"][0]
    assert re.fullmatch(r"arn:aws:elasticloadbalancing:[\w-]+:\d{12}:loadbalancer/app/[\w-]+/[0-9a-f]{16}", found["LoadBalancerArn"])
    assert (found["Type"], found["Scheme"], found["IpAddressType"]) == ("application", "internet-facing", "ipv4"), found
    assert {zone["SubnetId"] for zone in found["AvailabilityZones"]} == set(chosen), found["AvailabilityZones"]
    assert found["DNSName"].startswith(made["LoadBalancerName"]) and found["CanonicalHostedZoneId"], found
    assert found["State"]["Code"] in ("provisioning", "active"), found["State"]


@case("elbv2:DescribeLoadBalancers", shows="waiter", page="ELB-API/API_DescribeLoadBalancers")
def a_new_balancer_becomes_available_and_a_deleted_one_is_gone(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    aws.wait("elbv2", "load_balancer_available", LoadBalancerArns=[arn])
    aws.wait("elbv2", "load_balancer_exists", LoadBalancerArns=[arn])
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    aws.wait("elbv2", "load_balancers_deleted", LoadBalancerArns=[arn])


@case("elbv2:CreateLoadBalancer", page="ELB-API/API_CreateLoadBalancer")
def creating_the_same_balancer_again_gives_the_same(aws):
    name = aws.name("lb")
    assert a_balancer(aws, Name=name)["LoadBalancerArn"] == a_balancer(aws, Name=name)["LoadBalancerArn"]


@case("elbv2:CreateLoadBalancer", error="DuplicateLoadBalancerName", page="ELB-API/API_CreateLoadBalancer")
def another_balancer_of_that_name_is_refused(aws):
    name = a_balancer(aws)["LoadBalancerName"]
    with aws.refused("DuplicateLoadBalancerName", f"A load balancer with the same name '{name}' exists, but with different settings"):
        a_balancer(aws, Name=name, Scheme="internal")


@case("elbv2:CreateLoadBalancer", error="TooManyLoadBalancers", page="ALB/load-balancer-limits")
def a_region_has_50_balancers(aws):
    elb = aws.client("elbv2", account="500000000001")
    for _ in range(50):
        a_balancer(aws, elb)
    with aws.refused("TooManyLoadBalancers"):
        a_balancer(aws, elb)


@case("elbv2:CreateLoadBalancer", "elbv2:CreateTargetGroup", shows="validation", error="ValidationError", page="ELB-API/API_CreateLoadBalancer")
def names_have_32_letters_digits_and_hyphens(aws):
    for make, what in ((a_balancer, "load balancer"), (a_group, "arget group")):
        with aws.refused("ValidationError", f"{what} name '{'x' * 33}' cannot be longer than '32' characters"):
            make(aws, Name="x" * 33)
        with aws.refused("ValidationError", "can only contain characters that are alphanumeric characters or hyphens(-)"):
            make(aws, Name="under_score")
        with aws.refused("ValidationError", "cannot begin or end with '-'" if make is a_group else None):
            make(aws, Name="-lb")
    with aws.refused("ValidationError", "internal-"):
        a_balancer(aws, Name="internal-lb")
    with aws.refused("ValidationError", "At least two subnets in two different Availability Zones must be specified"):
        a_balancer(aws, Subnets=subnets(aws)[0][:1])


@case("elbv2:DeleteLoadBalancer", page="ELB-API/API_DeleteLoadBalancer")
def deleting_a_balancer_takes_its_listeners_and_leaves_its_groups(aws):
    app = App(aws)
    aws.elbv2.modify_listener(ListenerArn=app.listener, DefaultActions=[{"Type": "forward", "TargetGroupArn": app.blue}])
    aws.elbv2.delete_load_balancer(LoadBalancerArn=app.balancer)
    with aws.refused("ListenerNotFound"):
        aws.elbv2.describe_listeners(ListenerArns=[app.listener])
    group = aws.elbv2.describe_target_groups(TargetGroupArns=[app.blue])["TargetGroups"][0]
    assert group["LoadBalancerArns"] == [], group
    aws.elbv2.delete_load_balancer(LoadBalancerArn=app.balancer)


@case("elbv2:DeleteLoadBalancer", error="OperationNotPermitted", page="ELB-API/API_DeleteLoadBalancer")
def a_protected_balancer_stays(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    protect = lambda value: aws.elbv2.modify_load_balancer_attributes(  # noqa: E731
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": value}]
    )
    aws.cleanup(aws.elbv2.delete_load_balancer, LoadBalancerArn=arn)
    aws.cleanup(protect, value="false")
    protect("true")
    with aws.refused("OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"):
        aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    protect("false")
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


@case(
    "elbv2:DescribeLoadBalancers", "elbv2:DescribeLoadBalancerAttributes", "elbv2:ModifyLoadBalancerAttributes",
    "elbv2:DescribeListeners", "elbv2:CreateListener", "elbv2:DescribeTargetGroups", "elbv2:DescribeCapacityReservation",
    "elbv2:SetSecurityGroups", "elbv2:SetSubnets", "elbv2:SetIpAddressType", "elbv2:AddTags", "elbv2:DescribeTags",
    "elbv2:RemoveTags", error="LoadBalancerNotFound", page="ELB-API/API_DescribeLoadBalancers",
)  # fmt: skip
def a_balancer_that_is_not_there_is_not_found(aws):
    elb, arn = aws.elbv2, other(a_balancer(aws)["LoadBalancerArn"])
    calls = [
        lambda: elb.describe_load_balancers(LoadBalancerArns=[arn]),
        lambda: elb.describe_load_balancers(Names=[aws.name("none")]),
        lambda: elb.describe_load_balancer_attributes(LoadBalancerArn=arn),
        lambda: elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]),
        lambda: elb.describe_listeners(LoadBalancerArn=arn),
        lambda: elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[answer("404")]),
        lambda: elb.describe_target_groups(LoadBalancerArn=arn),
        lambda: elb.describe_capacity_reservation(LoadBalancerArn=arn),
        lambda: elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=["sg-00000000000000001"]),
        lambda: elb.set_subnets(LoadBalancerArn=arn, Subnets=subnets(aws)[0]),
        lambda: elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4"),
        lambda: elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: elb.describe_tags(ResourceArns=[arn]),
        lambda: elb.remove_tags(ResourceArns=[arn], TagKeys=["a"]),
    ]
    for call in calls:
        with aws.refused("LoadBalancerNotFound", status=400):
            call()


@case(
    "elbv2:DescribeLoadBalancers", "elbv2:DescribeLoadBalancerAttributes", "elbv2:ModifyLoadBalancerAttributes",
    "elbv2:DeleteLoadBalancer", "elbv2:DescribeCapacityReservation", "elbv2:AddTags", "elbv2:DescribeTags",
    shows="validation", error="ValidationError", page="ELB-API/CommonErrors",
)  # fmt: skip
def what_is_no_arn_is_not_valid(aws):
    elb = aws.elbv2
    calls = [
        lambda: elb.describe_load_balancers(LoadBalancerArns=["web"]),
        lambda: elb.describe_load_balancer_attributes(LoadBalancerArn="web"),
        lambda: elb.modify_load_balancer_attributes(LoadBalancerArn="web", Attributes=[]),
        lambda: elb.delete_load_balancer(LoadBalancerArn="web"),
        lambda: elb.describe_capacity_reservation(LoadBalancerArn="web"),
        lambda: elb.add_tags(ResourceArns=["web"], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: elb.describe_tags(ResourceArns=["web"]),
    ]
    for call in calls:
        with aws.refused("ValidationError", "'web' is not a valid", status=400):
            call()


@case("elbv2:DescribeLoadBalancers", shows="paging", page="ELB-API/API_DescribeLoadBalancers")
def balancers_come_in_pages(aws):
    mine = {a_balancer(aws)["LoadBalancerArn"] for _ in range(3)}
    pages = aws.pages("elbv2", "describe_load_balancers", "LoadBalancers", PaginationConfig={"PageSize": 1})
    assert all(len(page) <= 1 for page in pages), "a page has more than 1"
    assert mine <= {each["LoadBalancerArn"] for page in pages for each in page}
    for size in (0, 401):
        with aws.refused("ValidationError"):
            aws.client("elbv2", unchecked=True).describe_load_balancers(PageSize=size)


@case("elbv2:ModifyLoadBalancerAttributes", "elbv2:DescribeLoadBalancerAttributes", page="ALB/application-load-balancers")
def attributes_of_a_balancer_have_defaults_and_change_one_by_one(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    read = lambda: {  # noqa: E731
        each["Key"]: each["Value"]
        for each in aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    }
    before = read()
    expected = {
        "idle_timeout.timeout_seconds": "60", "client_keep_alive.seconds": "3600", "deletion_protection.enabled": "false",
        "routing.http2.enabled": "true", "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.xff_client_port.enabled": "false", "routing.http.preserve_host_header.enabled": "false",
        "routing.http.xff_header_processing.mode": "append", "routing.http.desync_mitigation_mode": "defensive",
        "access_logs.s3.enabled": "false", "load_balancing.cross_zone.enabled": "true",
    }  # fmt: skip
    for key, value in expected.items():
        assert before.get(key) == value, f"{key} is {before.get(key)}"
    aws.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "4000"}]
    )
    assert read() == {**before, "idle_timeout.timeout_seconds": "4000"}


@case("elbv2:ModifyLoadBalancerAttributes", shows="validation", error="ValidationError", page="ALB/application-load-balancers")
def attributes_of_a_balancer_are_known_and_in_range(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    for key, value in (
        ("idle_timeout.timeout_seconds", "4001"), ("idle_timeout.timeout_seconds", "0"), ("idle_timeout.seconds", "60"),
        ("client_keep_alive.seconds", "59"), ("routing.http2.enabled", "yes"),
        ("routing.http.desync_mitigation_mode", "none"),
    ):  # fmt: skip
        with aws.refused("ValidationError", key):
            aws.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value}])


@case("elbv2:ModifyLoadBalancerAttributes", error="InvalidConfigurationRequest", page="ELB-API/API_ModifyLoadBalancerAttributes")
def access_logs_need_a_bucket(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    with aws.refused("InvalidConfigurationRequest"):
        aws.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "access_logs.s3.enabled", "Value": "true"}]
        )


@case("elbv2:SetSecurityGroups", "elbv2:SetSubnets", "elbv2:SetIpAddressType", "elbv2:DescribeCapacityReservation", page="ELB-API/API_SetSubnets")
def groups_subnets_and_address_type_are_set_as_a_whole(aws):
    arn = a_balancer(aws)["LoadBalancerArn"]
    chosen, vpc = subnets(aws)
    try:
        group = aws.ec2.create_security_group(GroupName=aws.name("sg"), Description="a case", VpcId=vpc)["GroupId"]
        aws.cleanup(aws.ec2.delete_security_group, GroupId=group)
    except Exception:  # noqa: BLE001  no EC2 here
        group = "sg-00000000000000001"
    assert aws.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group])["SecurityGroupIds"] == [group]
    zones = aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=chosen)["AvailabilityZones"]
    assert {zone["SubnetId"] for zone in zones} == set(chosen), zones
    assert aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")["IpAddressType"] == "ipv4"
    assert aws.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]["SecurityGroups"] == [group]
    assert aws.elbv2.describe_capacity_reservation(LoadBalancerArn=arn).get("CapacityReservationState", []) == []


@case("elbv2:DescribeAccountLimits", page="ALB/load-balancer-limits")
def limits_of_the_account_are_told(aws):
    limits = {each["Name"]: each["Max"] for each in aws.elbv2.describe_account_limits()["Limits"]}
    for name, most in (("application-load-balancers", "50"), ("rules-per-application-load-balancer", "100"), ("target-groups", "3000")):
        assert limits.get(name) == most, f"{name} is {limits.get(name)}"


@case("elbv2:AddTags", "elbv2:DescribeTags", "elbv2:RemoveTags", page="ELB-API/API_AddTags")
def tags_are_added_replaced_and_removed(aws):
    app = App(aws)
    default = aws.elbv2.describe_rules(ListenerArn=app.listener)["Rules"][0]["RuleArn"]
    arns = [app.balancer, app.blue, app.listener, default]
    aws.elbv2.add_tags(ResourceArns=arns, Tags=[{"Key": "team", "Value": "a"}, {"Key": "stage", "Value": "dev"}])
    aws.elbv2.add_tags(ResourceArns=[app.blue], Tags=[{"Key": "team", "Value": "b"}])
    aws.elbv2.remove_tags(ResourceArns=arns, TagKeys=["stage", "none"])
    described = aws.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
    found = {each["ResourceArn"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in described}
    assert found == {arn: {"team": "b" if arn == app.blue else "a"} for arn in arns}, found


@case("elbv2:AddTags", "elbv2:CreateLoadBalancer", error="DuplicateTagKeys", page="ELB-API/API_AddTags")
def a_tag_key_comes_once(aws):
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    arn = a_balancer(aws)["LoadBalancerArn"]
    with aws.refused("DuplicateTagKeys"):
        aws.elbv2.add_tags(ResourceArns=[arn], Tags=twice)
    with aws.refused("DuplicateTagKeys"):
        a_balancer(aws, Tags=twice)


@case(
    "elbv2:AddTags", "elbv2:CreateLoadBalancer", "elbv2:CreateTargetGroup", "elbv2:CreateListener", "elbv2:CreateRule",
    error="TooManyTags", page="ELB-API/API_AddTags",
)  # fmt: skip
def a_resource_has_50_tags(aws):
    many = [{"Key": f"key-{index}", "Value": ""} for index in range(51)]
    app = App(aws)
    conditions = [{"Field": "path-pattern", "Values": ["/tags"]}]
    aws.elbv2.add_tags(ResourceArns=[app.blue], Tags=many[:50])
    calls = [
        lambda: aws.elbv2.add_tags(ResourceArns=[app.blue], Tags=many[50:]),
        lambda: a_balancer(aws, Tags=many),
        lambda: a_group(aws, Tags=many),
        lambda: a_listener(aws, app.balancer, Port=81, Tags=many),
        lambda: aws.elbv2.create_rule(ListenerArn=app.listener, Priority=1, Conditions=conditions, Actions=[answer("200")], Tags=many),
    ]
    for call in calls:
        with aws.refused("TooManyTags"):
            call()


@case("elbv2:AddTags", "elbv2:DescribeTags", "elbv2:RemoveTags", error="TrustStoreNotFound", page="ELB-API/API_AddTags")
def a_trust_store_that_is_not_there_is_not_found(aws):
    arn = a_balancer(aws)["LoadBalancerArn"].split(":loadbalancer/")[0] + ":truststore/none/0123456789abcdef"
    calls = [
        lambda: aws.elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}]),
        lambda: aws.elbv2.describe_tags(ResourceArns=[arn]),
        lambda: aws.elbv2.remove_tags(ResourceArns=[arn], TagKeys=["a"]),
    ]
    for call in calls:
        with aws.refused("TrustStoreNotFound"):
            call()


@case("elbv2:DescribeSSLPolicies", page="ALB/describe-ssl-policies")
def tls_policies_have_versions_and_suites(aws):
    found = aws.elbv2.describe_ssl_policies(Names=["ELBSecurityPolicy-TLS13-1-2-2021-06"])["SslPolicies"][0]
    assert sorted(found["SslProtocols"]) == ["TLSv1.2", "TLSv1.3"], found["SslProtocols"]
    names = [cipher["Name"] for cipher in sorted(found["Ciphers"], key=lambda cipher: cipher["Priority"])]
    assert names[:3] == ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"], names
    assert len(names) == 11, names


@case("elbv2:DescribeSSLPolicies", "elbv2:CreateListener", "elbv2:ModifyListener", error="SSLPolicyNotFound", page="ELB-API/API_DescribeSSLPolicies")
def a_tls_policy_that_is_not_there_is_not_found(aws):
    name = "ELBSecurityPolicy-2099-01"
    with aws.refused("SSLPolicyNotFound"):
        aws.elbv2.describe_ssl_policies(Names=[name])
    balancer = a_balancer(aws)["LoadBalancerArn"]
    tls = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": a_certificate(aws)}]}
    with aws.refused("SSLPolicyNotFound"):
        a_listener(aws, balancer, SslPolicy=name, **tls)
    listener = a_listener(aws, balancer, **tls)
    with aws.refused("SSLPolicyNotFound"):
        aws.elbv2.modify_listener(ListenerArn=listener, SslPolicy=name)
