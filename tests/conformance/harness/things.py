"""Things that many cases need: each is made under a name of its own, and deleted when the case is over."""

import threading

import botocore.exceptions

_subnets = {}
_looking = threading.Lock()


def network(aws):
    """Two subnets in different zones and their VPC: those of the account, or any where nobody imitates EC2."""
    with _looking:
        if aws.settings.endpoint not in _subnets:
            try:
                found = aws.client("ec2").describe_subnets()["Subnets"]
                vpc = found[0]["VpcId"]
                by_zone = {one["AvailabilityZone"]: one["SubnetId"] for one in found if one["VpcId"] == vpc}
                _subnets[aws.settings.endpoint] = (list(by_zone.values())[:2], vpc)
            except (botocore.exceptions.ClientError, IndexError):
                made_up = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
                _subnets[aws.settings.endpoint] = (made_up, "vpc-0a1b2c3d4e5f60000")
        return _subnets[aws.settings.endpoint]


def a_load_balancer(aws, **members):
    """The ARN of an application load balancer."""
    subnets, _ = network(aws)
    made = aws.elbv2.create_load_balancer(Name=aws.name("lb"), Subnets=subnets, Type="application", **members)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    aws.cleanup(aws.elbv2.delete_load_balancer, LoadBalancerArn=arn)
    return arn


def a_target_group(aws, **members):
    """The ARN of a target group for Fargate's tasks."""
    _, vpc = network(aws)
    wanted = {
        "Protocol": "HTTP",
        "Port": 8080,
        "VpcId": vpc,
        "TargetType": "ip",
        "HealthCheckIntervalSeconds": 5,
        "HealthCheckTimeoutSeconds": 2,
        "HealthyThresholdCount": 2,
        **members,
    }
    arn = aws.elbv2.create_target_group(Name=aws.name("tg"), **wanted)["TargetGroups"][0]["TargetGroupArn"]
    aws.cleanup(aws.elbv2.delete_target_group, TargetGroupArn=arn)
    return arn


def fixed(status="404"):
    """An action that answers by itself."""
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}]


def weighted(**weights):
    """A forward action by weights; keys are ignored, values are (ARN, weight)."""
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.values()]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


def a_listener(aws, load_balancer=None, actions=None, port=80, **members):
    """The ARN of a listener, on a load balancer of its own unless one is given."""
    made = aws.elbv2.create_listener(
        LoadBalancerArn=load_balancer or a_load_balancer(aws),
        Protocol="HTTP",
        Port=port,
        DefaultActions=actions or fixed(),
        **members,
    )
    arn = made["Listeners"][0]["ListenerArn"]
    aws.cleanup(aws.elbv2.delete_listener, ListenerArn=arn)
    return arn


def a_rule(aws, listener=None, actions=None, priority=10, path="/*", **members):
    """The ARN of a rule by path."""
    made = aws.elbv2.create_rule(
        ListenerArn=listener or a_listener(aws),
        Priority=priority,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
        Actions=actions or fixed("200"),
        **members,
    )
    arn = made["Rules"][0]["RuleArn"]
    aws.cleanup(aws.elbv2.delete_rule, RuleArn=arn)
    return arn


def a_cluster(aws, **members):
    """The name of a cluster."""
    name = aws.name("cluster")
    aws.ecs.create_cluster(clusterName=name, **members)
    aws.cleanup(aws.ecs.delete_cluster, cluster=name)
    return name


def a_container(**members):
    return {
        "name": "app",
        "image": "public.ecr.aws/docker/library/nginx:stable",
        "essential": True,
        "portMappings": [{"containerPort": 8080}],
        **members,
    }


def a_definition(aws, family=None, **members):
    """The ARN of a Fargate task definition."""
    wanted = {
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [a_container()],
        **members,
    }
    made = aws.ecs.register_task_definition(family=family or aws.name("family"), **wanted)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    aws.cleanup(aws.ecs.deregister_task_definition, taskDefinition=arn)
    return arn


def in_vpc(aws):
    """Where Fargate's tasks run."""
    subnets, _ = network(aws)
    return {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [], "assignPublicIp": "ENABLED"}}


def a_service(aws, cluster=None, definition=None, desired=1, name=None, **members):
    """(cluster, service) by name."""
    cluster = cluster or a_cluster(aws)
    name = name or aws.name("service")
    aws.ecs.create_service(
        cluster=cluster,
        serviceName=name,
        taskDefinition=definition or a_definition(aws),
        desiredCount=desired,
        launchType="FARGATE",
        networkConfiguration=in_vpc(aws),
        **members,
    )
    aws.cleanup(aws.ecs.delete_service, cluster=cluster, service=name, force=True)
    return cluster, name


def a_parameter(aws, **members):
    """The name of a parameter of type String."""
    name = "/" + aws.name("parameter")
    aws.ssm.put_parameter(**{"Name": name, "Value": "one", "Type": "String", **members})
    aws.cleanup(aws.ssm.delete_parameter, Name=name)
    return name


def a_log_group(aws, **members):
    """The name of a log group."""
    name = "/" + aws.name("group")
    aws.logs.create_log_group(logGroupName=name, **members)
    aws.cleanup(aws.logs.delete_log_group, logGroupName=name)
    return name


def a_table(aws, **members):
    """The name of a table with the keys pk and sk, once it is active."""
    name = aws.name("table")
    wanted = {
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }
    aws.dynamodb.create_table(TableName=name, **wanted)
    aws.cleanup(aws.dynamodb.delete_table, TableName=name)
    aws.wait("dynamodb", "table_exists", TableName=name)
    return name
