"""Load balancers, groups, listeners and rules of a case, deleted when it is over."""

import botocore.exceptions

EVERYTHING = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}]


def subnets(aws):
    """Two subnets in two zones, and their VPC: the account's own where there is EC2, made-up ones elsewhere."""
    try:
        found = aws.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    except botocore.exceptions.ClientError:
        found = []
    zones = {subnet["AvailabilityZone"]: subnet for subnet in found}
    if len(zones) < 2:
        return ["subnet-00000000000000001", "subnet-00000000000000002"], "vpc-00000000000000001"
    chosen = [zones[zone] for zone in sorted(zones)[:2]]
    return [subnet["SubnetId"] for subnet in chosen], chosen[0]["VpcId"]


def a_balancer(aws, elb=None, **members):
    elb = elb or aws.elbv2
    members = {"Name": aws.name("lb"), "Subnets": subnets(aws)[0], **members}
    made = elb.create_load_balancer(**members)["LoadBalancers"][0]
    aws.cleanup(elb.delete_load_balancer, LoadBalancerArn=made["LoadBalancerArn"])
    return made


def a_group(aws, elb=None, **members):
    elb = elb or aws.elbv2
    members = {
        "Name": aws.name("tg"), "Protocol": "HTTP", "Port": 80, "VpcId": subnets(aws)[1], "TargetType": "ip", **members
    }  # fmt: skip
    made = elb.create_target_group(**members)["TargetGroups"][0]
    aws.cleanup(elb.delete_target_group, TargetGroupArn=made["TargetGroupArn"])
    return made["TargetGroupArn"]


def a_listener(aws, balancer, elb=None, **members):
    elb = elb or aws.elbv2
    members = {
        "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": [answer("404")], **members
    }  # fmt: skip
    made = elb.create_listener(**members)["Listeners"][0]["ListenerArn"]
    aws.cleanup(elb.delete_listener, ListenerArn=made)
    return made


def a_rule(aws, listener, priority=10, actions=None, conditions=None, elb=None, **members):
    elb = elb or aws.elbv2
    made = elb.create_rule(
        ListenerArn=listener,
        Priority=priority,
        Conditions=conditions or EVERYTHING,
        Actions=actions or [answer("200")],
        **members,
    )
    return made["Rules"][0]


class App:
    """A load balancer with a listener that answers 404, and two target groups."""

    def __init__(self, aws, elb=None):
        self.blue, self.green = a_group(aws, elb), a_group(aws, elb)
        self.balancer = a_balancer(aws, elb)["LoadBalancerArn"]
        self.listener = a_listener(aws, self.balancer, elb)


def answer(status, body="nothing"):
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body},
    }


def forward(*groups, stickiness=None):
    """forward(blue), or forward((blue, 90), (green, 10))"""
    if len(groups) == 1 and isinstance(groups[0], str):
        return {"Type": "forward", "TargetGroupArn": groups[0]}
    config = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]}
    if stickiness is not None:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": stickiness}
    return {"Type": "forward", "ForwardConfig": config}


def a_certificate(aws, domain="example.com"):
    """An ACM certificate, where there is ACM; elsewhere an ARN alone."""
    try:
        made = aws.acm.request_certificate(DomainName=domain)["CertificateArn"]
        aws.cleanup(aws.acm.delete_certificate, CertificateArn=made)
        return made
    except botocore.exceptions.ClientError:
        account = aws.sts.get_caller_identity()["Account"]
        return f"arn:aws:acm:{aws.region}:{account}:certificate/{aws.unique}"


def other(arn):
    """An ARN of the same form that names nothing."""
    return arn[:-4] + ("0000" if not arn.endswith("0000") else "1111")
