import re

from harness import case
from harness.things import a_cluster, a_container, a_definition, a_listener, a_service, a_target_group, in_vpc, weighted


def described(aws, cluster, service, **more):
    return aws.ecs.describe_services(cluster=cluster, services=[service], **more)["services"][0]


def stable(aws, cluster, service):
    aws.wait("ecs", "services_stable", cluster=cluster, services=[service])
    return described(aws, cluster, service)


def behind_a_balancer(aws, draining=1):
    group = a_target_group(aws)
    aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": str(draining)}],
    )
    a_listener(aws, actions=weighted(only=(group, 1)))
    return [{"targetGroupArn": group, "containerName": "app", "containerPort": 8080}]


@case("ecs:CreateService", "ecs:DescribeServices", shows="waiter", page="ECS-API/API_CreateService")
def services_become_stable_and_show_what_aws_gives_them(aws):
    cluster, name = a_service(aws, desired=2)
    service = stable(aws, cluster, name)
    assert (service["runningCount"], service["pendingCount"]) == (2, 0), service
    assert service["serviceArn"].endswith(f":service/{cluster}/{name}"), "the ARN has the long format"
    assert service["platformVersion"] == "LATEST" and service["deployments"][0]["platformVersion"] == "1.4.0", service
    assert service["schedulingStrategy"] == "REPLICA" and service["deploymentController"] == {"type": "ECS"}, service
    assert (service["propagateTags"], service["enableECSManagedTags"]) == ("NONE", False), service
    configuration = service["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (100, 200), configuration
    assert configuration["strategy"] == "ROLLING", configuration
    assert configuration["deploymentCircuitBreaker"]["enable"] is False, configuration
    [deployment] = service["deployments"]
    assert re.fullmatch(r"ecs-svc/\d{19}", deployment["id"]), deployment["id"]
    assert deployment["status"] == "PRIMARY", deployment
    completed = aws.eventually(lambda: _completed(aws, cluster, name))
    texts = [event["message"] for event in completed["events"]]
    assert texts[0] == f"(service {name}) has reached a steady state.", texts
    assert f"(service {name}) (deployment {deployment['id']}) deployment completed." in texts, texts
    assert re.fullmatch(rf"\(service {name}\) has started 2 tasks: (\(task [0-9a-f]{{32}}\) ?){{2}}\.", texts[-1]), texts


def _completed(aws, cluster, name):
    service = described(aws, cluster, name)
    state = service["deployments"][0]["rolloutState"]
    assert len(service["deployments"]) == 1 and state == "COMPLETED", state
    return service


@case("ecs:UpdateService", shows="waiter", page="ECS-DG/deployment-type-ecs")
def the_next_revision_replaces_the_former_behind_the_balancer(aws):
    cluster, name = a_service(aws, loadBalancers=behind_a_balancer(aws), healthCheckGracePeriodSeconds=30)
    first = stable(aws, cluster, name)["deployments"][0]
    before = aws.ecs.list_tasks(cluster=cluster, serviceName=name)["taskArns"]
    group = described(aws, cluster, name)["loadBalancers"][0]["targetGroupArn"]
    updated = aws.ecs.update_service(cluster=cluster, service=name, taskDefinition=a_definition(aws))["service"]
    states = [(one["status"], one["rolloutState"]) for one in updated["deployments"]]
    assert states[0] == ("PRIMARY", "IN_PROGRESS") and states[1][0] == "ACTIVE", states
    service = stable(aws, cluster, name)
    assert service["deployments"][0]["id"] != first["id"] and service["runningCount"] == 1, service
    texts = " ".join(event["message"] for event in service["events"])
    assert f"registered 1 targets in (target-group {group})" in texts, texts
    assert "has begun draining connections on 1 tasks." in texts, texts

    def stopped():
        [task] = aws.ecs.describe_tasks(cluster=cluster, tasks=before)["tasks"]
        assert task["lastStatus"] == "STOPPED", task["lastStatus"]
        return task

    reason = aws.eventually(stopped)["stoppedReason"]
    assert reason == f"Scaling activity initiated by (deployment {service['deployments'][0]['id']})", reason


@case("ecs:UpdateService", page="ECS-DG/update-service-parameters")
def only_some_members_start_a_deployment(aws):
    cluster, name = a_service(aws, desired=0)
    update = lambda **change: aws.ecs.update_service(cluster=cluster, service=name, **change)["service"]
    first = described(aws, cluster, name)["deployments"][0]["id"]
    changed = update(
        desiredCount=1,
        healthCheckGracePeriodSeconds=40,
        availabilityZoneRebalancing="DISABLED",
        enableECSManagedTags=True,
        propagateTags="SERVICE",
        enableExecuteCommand=True,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    assert [one["id"] for one in changed["deployments"]] == [first], changed["deployments"]
    assert changed["healthCheckGracePeriodSeconds"] == 40 and changed["enableECSManagedTags"], changed
    assert changed["availabilityZoneRebalancing"] == "DISABLED" and changed["propagateTags"] == "SERVICE", changed
    assert changed["deploymentConfiguration"]["deploymentCircuitBreaker"]["rollback"], changed
    forced = update(forceNewDeployment=True)
    assert forced["deployments"][0]["id"] != first and len(forced["deployments"]) == 2, forced["deployments"]


@case("ecs:CreateService", shows="validation", page="ECS-API/API_CreateService")
def the_same_service_is_made_once(aws):
    cluster, definition, name = a_cluster(aws), a_definition(aws), aws.name("service")
    make = lambda **change: a_service(aws, cluster, definition, name=name, clientToken="once", **change)
    make(desired=0)
    make(desired=0)
    assert len(described(aws, cluster, name)["deployments"]) == 1
    with aws.refused("InvalidParameterException", "Creation of service was not idempotent."):
        make(desired=1)


@case("ecs:CreateService", error="InvalidParameterException", page="ECS-DG/troubleshoot-service-load-balancers")
def load_balancers_of_a_service_must_fit(aws):
    cluster, definition = a_cluster(aws), a_definition(aws)
    group = a_target_group(aws)
    with_ = lambda **member: a_service(
        aws,
        cluster,
        definition,
        loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 8080, **member}],
    )
    with aws.refused(
        "InvalidParameterException",
        f"The target group with targetGroupArn {group} does not have an associated load balancer.",
    ):
        with_()
    with aws.refused("InvalidParameterException", "The container web does not exist in the task definition."):
        with_(containerName="web")
    with aws.refused("InvalidParameterException", "The container app did not have a container port 80 defined."):
        with_(containerPort=80)


@case("ecs:CreateService", "ecs:UpdateService", error="ClientException", page="ECS-API/API_UpdateService")
def task_definitions_must_be_there_and_active(aws):
    cluster, name = a_service(aws, desired=0)
    with aws.refused("ClientException", "TaskDefinition not found."):
        a_service(aws, cluster, aws.name("none"))
    definition = a_definition(aws)
    aws.ecs.deregister_task_definition(taskDefinition=definition)
    with aws.refused("ClientException", "TaskDefinition is inactive"):
        aws.ecs.update_service(cluster=cluster, service=name, taskDefinition=definition)


@case("ecs:CreateService", "ecs:UpdateService", error="PlatformUnknownException", page="ECS-DG/platform-fargate")
def platform_versions_must_be_there(aws):
    cluster, name = a_service(aws, desired=0)
    with aws.refused("PlatformUnknownException"):
        aws.ecs.update_service(cluster=cluster, service=name, platformVersion="9.9.9")
    with aws.refused("PlatformUnknownException"):
        a_service(aws, cluster, platformVersion="9.9.9")


@case(
    "ecs:CreateService",
    "ecs:UpdateService",
    error="PlatformTaskDefinitionIncompatibilityException",
    page="ECS-DG/platform-fargate",
)
def platform_versions_must_be_able_to_run_the_task_definition(aws):
    cluster, name = a_service(aws, desired=0)
    definition = a_definition(aws, ephemeralStorage={"sizeInGiB": 30})
    with aws.refused("PlatformTaskDefinitionIncompatibilityException"):
        a_service(aws, cluster, definition, platformVersion="1.3.0")
    with aws.refused("PlatformTaskDefinitionIncompatibilityException"):
        aws.ecs.update_service(cluster=cluster, service=name, taskDefinition=definition, platformVersion="1.3.0")


@case("ecs:UpdateService", error="InvalidParameterException", page="ECS-API/API_UpdateService")
def percentages_and_strategies_are_checked(aws):
    cluster, name = a_service(aws, desired=0)
    update = lambda **change: aws.ecs.update_service(cluster=cluster, service=name, **change)
    with aws.refused(
        "InvalidParameterException",
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    ):
        update(deploymentConfiguration={"maximumPercent": 100, "minimumHealthyPercent": 100})
    aws.ecs.put_cluster_capacity_providers(
        cluster=cluster, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
    )
    with aws.refused("InvalidParameterException", "you must force a new deployment"):
        update(capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}])


@case("ecs:UpdateService", shows="validation", page="ECS-API/API_UpdateService")
def the_service_is_looked_for_before_what_is_given_is_judged(aws):
    with aws.refused("ServiceNotFoundException", "Service not found."):
        aws.ecs.update_service(cluster=a_cluster(aws), service="none", taskDefinition="none:9", platformVersion="9.9.9")


@case("ecs:UpdateService", "ecs:DeleteService", "ecs:ListServiceDeployments", error="ServiceNotFoundException", page="ECS-API/API_UpdateService")
def unknown_services_are_not_found(aws):
    cluster = a_cluster(aws)
    for call in (aws.ecs.update_service, aws.ecs.delete_service, aws.ecs.list_service_deployments):
        with aws.refused("ServiceNotFoundException", "Service not found."):
            call(cluster=cluster, service="none")


@case("ecs:UpdateService", error="ServiceNotActiveException", page="ECS-API/API_UpdateService")
def deleted_services_are_not_updated(aws):
    cluster, name = a_service(aws, desired=0)
    aws.ecs.delete_service(cluster=cluster, service=name)
    with aws.refused("ServiceNotActiveException", "Service was not ACTIVE."):
        aws.ecs.update_service(cluster=cluster, service=name, desiredCount=1)


@case("ecs:DescribeServices", page="ECS-API/API_DescribeServices")
def unknown_services_are_missing_and_tags_come_when_asked_for(aws):
    tags = [{"key": "team", "value": "a"}]
    cluster, name = a_service(aws, desired=0, tags=tags)
    found = aws.ecs.describe_services(cluster=cluster, services=[name, "none"], include=["TAGS"])
    assert found["services"][0]["tags"] == tags, found["services"][0].get("tags")
    [failure] = found["failures"]
    assert failure["reason"] == "MISSING" and failure["arn"].endswith(f":service/{cluster}/none"), failure


@case("ecs:DescribeServices", error="InvalidParameterException", shows="validation", page="ECS-API/API_DescribeServices")
def services_are_described_ten_at_a_time(aws):
    cluster = a_cluster(aws)
    for services in ([], [f"s{n}" for n in range(11)]):
        with aws.refused("InvalidParameterException"):
            aws.ecs.describe_services(cluster=cluster, services=services)


@case("ecs:ListServices", shows="paging", page="ECS-API/API_ListServices")
def services_come_in_pages_of_ten(aws):
    cluster, definition = a_cluster(aws), a_definition(aws)
    for _ in range(12):
        a_service(aws, cluster, definition, desired=0)
    pages = aws.pages("ecs", "list_services", "serviceArns", cluster=cluster)
    assert [len(page) for page in pages] == [10, 2], [len(page) for page in pages]


@case("ecs:DeleteService", shows="waiter", page="ECS-API/API_DeleteService")
def deleted_services_drain_and_boto3_sees_them_inactive(aws):
    cluster, name = a_service(aws, loadBalancers=behind_a_balancer(aws, draining=5))
    stable(aws, cluster, name)
    deleted = aws.ecs.delete_service(cluster=cluster, service=name, force=True)["service"]
    assert (deleted["status"], deleted["desiredCount"]) == ("DRAINING", 0), deleted
    with aws.refused("InvalidParameterException", "Unable to Start a service that is still Draining."):
        a_service(aws, cluster, name=name)
    aws.wait("ecs", "services_inactive", cluster=cluster, services=[name])
    assert aws.ecs.list_services(cluster=cluster)["serviceArns"] == []


@case("ecs:DeleteService", error="InvalidParameterException", page="ECS-API/API_DeleteService")
def services_that_are_scaled_up_are_deleted_by_force_only(aws):
    cluster, name = a_service(aws)
    with aws.refused("InvalidParameterException", "The service cannot be stopped while it is scaled above 0."):
        aws.ecs.delete_service(cluster=cluster, service=name)


@case("ecs:DeleteService", shows="validation", page="ECS-API/API_DeleteService")
def services_in_a_deployment_are_deleted_by_force_only(aws):
    cluster, name = a_service(aws, loadBalancers=behind_a_balancer(aws, draining=5))
    stable(aws, cluster, name)
    aws.ecs.update_service(cluster=cluster, service=name, desiredCount=0, forceNewDeployment=True)
    with aws.refused("InvalidParameterException", "The service cannot be stopped while deployments are active."):
        aws.ecs.delete_service(cluster=cluster, service=name)


@case("ecs:CreateService", "ecs:UpdateService", error="UnsupportedFeatureException", page="ECS-API/API_CreateService")
def other_strategies_and_controllers_are_not_imitated(aws):
    cluster, name = a_service(aws, desired=0)
    with aws.refused("UnsupportedFeatureException"):
        a_service(aws, cluster, deploymentController={"type": "CODE_DEPLOY"})
    with aws.refused("UnsupportedFeatureException"):
        aws.ecs.update_service(
            cluster=cluster, service=name, deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}
        )


@case(
    "ecs:ListServiceDeployments",
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServiceRevisions",
    page="ECS-DG/service-deployment",
)
def service_deployments_tell_what_a_deployment_came_to(aws):
    cluster, name = a_service(aws)

    def successful():
        [listed] = aws.ecs.list_service_deployments(cluster=cluster, service=name)["serviceDeployments"]
        assert listed["status"] == "SUCCESSFUL", listed["status"]
        return listed

    listed = aws.eventually(successful)
    arn = listed["serviceDeploymentArn"]
    [found] = aws.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
    assert found["targetServiceRevision"]["runningTaskCount"] == 1, found
    service = described(aws, cluster, name)
    assert service["currentServiceDeployment"] == arn, service
    revision = service["currentServiceRevisions"][0]["arn"]
    assert listed["targetServiceRevisionArn"] == revision, listed
    [kept] = aws.ecs.describe_service_revisions(serviceRevisionArns=[revision])["serviceRevisions"]
    assert kept["taskDefinition"] == service["taskDefinition"] and kept["launchType"] == "FARGATE", kept


@case("ecs:StopServiceDeployment", page="ECS-DG/stop-service-deployment")
def a_deployment_that_is_stopped_goes_back(aws):
    cluster, name = a_service(aws)
    aws.eventually(lambda: _completed(aws, cluster, name))
    before = described(aws, cluster, name)
    # Its tasks count once they were found healthy, and so it can't be over before it is stopped.
    slow = a_container(healthCheck={"command": ["CMD-SHELL", "true"], "interval": 30})
    definition = a_definition(aws, containerDefinitions=[slow])
    update = aws.ecs.update_service(cluster=cluster, service=name, taskDefinition=definition)["service"]
    arn = update["currentServiceDeployment"]
    aws.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")

    def back():
        [one] = aws.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
        assert one["status"] == "ROLLBACK_SUCCESSFUL", one["status"]

    aws.eventually(back)
    assert described(aws, cluster, name)["taskDefinition"] == before["taskDefinition"]
    with aws.refused("ConflictException"):
        aws.ecs.stop_service_deployment(serviceDeploymentArn=arn)


@case("ecs:StopServiceDeployment", error="ServiceDeploymentNotFoundException", page="ECS-API/API_StopServiceDeployment")
def unknown_service_deployments_are_not_stopped(aws):
    cluster, name = a_service(aws, desired=0)
    arn = described(aws, cluster, name)["currentServiceDeployment"]
    with aws.refused("ServiceDeploymentNotFoundException"):
        aws.ecs.stop_service_deployment(serviceDeploymentArn=arn[:-1] + "_")


@case(
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServiceRevisions",
    error="ServiceNotFoundException",
    page="ECS-API/API_DescribeServiceDeployments",
)
def service_deployments_of_an_unknown_service_are_not_found(aws):
    cluster, name = a_service(aws, desired=0)
    service = described(aws, cluster, name)
    other = lambda arn: arn.replace(f"/{name}/", "/none/")
    with aws.refused("ServiceNotFoundException"):
        aws.ecs.describe_service_deployments(serviceDeploymentArns=[other(service["currentServiceDeployment"])])
    with aws.refused("ServiceNotFoundException"):
        aws.ecs.describe_service_revisions(serviceRevisionArns=[other(service["currentServiceRevisions"][0]["arn"])])


@case(
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServiceRevisions",
    error="ClusterNotFoundException",
    page="ECS-API/API_DescribeServiceDeployments",
)
def service_deployments_of_an_unknown_cluster_are_not_found(aws):
    cluster, name = a_service(aws, desired=0)
    service = described(aws, cluster, name)
    other = lambda arn: arn.replace(f"/{cluster}/", "/none/")
    with aws.refused("ClusterNotFoundException"):
        aws.ecs.describe_service_deployments(serviceDeploymentArns=[other(service["currentServiceDeployment"])])
    with aws.refused("ClusterNotFoundException"):
        aws.ecs.describe_service_revisions(serviceRevisionArns=[other(service["currentServiceRevisions"][0]["arn"])])


@case("ecs:CreateService", "ecs:DescribeServices", page="ECS-DG/service-event-messages-list")
def the_cli_waits_until_a_service_is_stable(aws):
    cluster, name = a_service(aws)
    stable(aws, cluster, name)
    aws.cli("ecs", "wait", "services-stable", "--cluster", cluster, "--services", name)
    found = aws.cli("ecs", "describe-services", "--cluster", cluster, "--services", name)
    assert found["services"][0]["runningCount"] == 1, found
