import re

from harness import case
from harness.things import a_cluster, a_definition, a_service, in_vpc


@case("ecs:CreateCluster", "ecs:DescribeClusters", page="ECS-API/API_CreateCluster")
def clusters_are_made_once_and_described_with_what_is_asked_for(aws):
    tags = [{"key": "team", "value": "a"}]
    name = a_cluster(aws, tags=tags)
    again = aws.ecs.create_cluster(clusterName=name)["cluster"]
    assert again["status"] == "ACTIVE" and again["clusterArn"].endswith(f":cluster/{name}"), again
    found = aws.ecs.describe_clusters(clusters=[name, aws.name("none")], include=["TAGS", "SETTINGS", "STATISTICS"])
    assert [one["reason"] for one in found["failures"]] == ["MISSING"], found["failures"]
    [cluster] = found["clusters"]
    assert cluster["tags"] == tags, cluster["tags"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "disabled"}], cluster["settings"]
    assert "runningFargateTasksCount" in [one["name"] for one in cluster["statistics"]], cluster["statistics"]
    plain = aws.ecs.describe_clusters(clusters=[again["clusterArn"]])["clusters"][0]
    assert plain["tags"] == [] and plain["settings"] == [] and plain["statistics"] == [], plain


@case("ecs:CreateCluster", error="InvalidParameterException", page="ECS-API/API_CreateCluster")
def clusters_have_names_of_letters_digits_hyphens_and_underscores(aws):
    with aws.refused("InvalidParameterException"):
        aws.ecs.create_cluster(clusterName="no spaces")


@case("ecs:CreateCluster", shows="validation", page="ECS-API/API_CreateCluster")
def capacity_providers_of_a_cluster_must_be_there(aws):
    with aws.refused("InvalidParameterException", "The specified capacity provider 'mine' was not found."):
        aws.ecs.create_cluster(clusterName=aws.name("cluster"), capacityProviders=["mine"])


@case("ecs:DescribeClusters", shows="validation", error="InvalidParameterException", page="ECS-API/API_DescribeClusters")
def clusters_are_described_a_hundred_at_a_time(aws):
    with aws.refused("InvalidParameterException"):
        aws.ecs.describe_clusters(clusters=[f"c{n}" for n in range(101)])


@case("ecs:PutClusterCapacityProviders", page="ECS-API/API_PutClusterCapacityProviders")
def a_default_strategy_starts_tasks_that_name_none(aws):
    cluster = a_cluster(aws)
    strategy = [{"capacityProvider": "FARGATE", "base": 1, "weight": 1}]
    made = aws.ecs.put_cluster_capacity_providers(
        cluster=cluster, capacityProviders=["FARGATE_SPOT", "FARGATE"], defaultCapacityProviderStrategy=strategy
    )["cluster"]
    assert sorted(made["capacityProviders"]) == ["FARGATE", "FARGATE_SPOT"], made
    assert made["defaultCapacityProviderStrategy"] == strategy, made
    [task] = aws.ecs.run_task(cluster=cluster, taskDefinition=a_definition(aws), networkConfiguration=in_vpc(aws))["tasks"]
    aws.cleanup(aws.ecs.stop_task, cluster=cluster, task=task["taskArn"])
    assert task["capacityProviderName"] == "FARGATE" and "launchType" not in task, task


@case(
    "ecs:PutClusterCapacityProviders",
    shows="validation",
    error="InvalidParameterException",
    page="ECS-API/API_PutClusterCapacityProviders",
)
def a_default_strategy_names_providers_of_its_cluster_alone(aws):
    with aws.refused("InvalidParameterException", "not associated with the cluster"):
        aws.ecs.put_cluster_capacity_providers(
            cluster=a_cluster(aws),
            capacityProviders=["FARGATE"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        )


@case(
    "ecs:PutClusterCapacityProviders", error="ResourceInUseException", page="ECS-API/API_PutClusterCapacityProviders"
)
def a_capacity_provider_in_use_stays(aws):
    cluster = a_cluster(aws, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    name = aws.name("service")
    aws.ecs.create_service(
        cluster=cluster,
        serviceName=name,
        taskDefinition=a_definition(aws),
        desiredCount=0,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        networkConfiguration=in_vpc(aws),
    )
    aws.cleanup(aws.ecs.delete_service, cluster=cluster, service=name, force=True)
    with aws.refused("ResourceInUseException", "The specified capacity provider is in use and cannot be removed."):
        aws.ecs.put_cluster_capacity_providers(
            cluster=cluster, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
        )


@case("ecs:UpdateCluster", "ecs:UpdateClusterSettings", page="ECS-API/API_UpdateCluster")
def settings_of_a_cluster_are_kept(aws):
    cluster = a_cluster(aws)
    for value, change in (("enabled", aws.ecs.update_cluster), ("enhanced", aws.ecs.update_cluster_settings)):
        settings = [{"name": "containerInsights", "value": value}]
        assert change(cluster=cluster, settings=settings)["cluster"]["settings"] == settings
        found = aws.ecs.describe_clusters(clusters=[cluster], include=["SETTINGS"])["clusters"][0]
        assert found["settings"] == settings, found


@case("ecs:ListClusters", page="ECS-API/API_ListClusters")
def clusters_are_listed_while_they_are_active(aws):
    cluster = a_cluster(aws)
    ends = f":cluster/{cluster}"
    listed = lambda: [arn for page in aws.pages("ecs", "list_clusters", "clusterArns") for arn in page]
    assert [arn for arn in listed() if arn.endswith(ends)], "it is not listed"
    aws.ecs.delete_cluster(cluster=cluster)
    assert not [arn for arn in listed() if arn.endswith(ends)], "it is listed still"


@case("ecs:DeleteCluster", page="ECS-API/API_DeleteCluster")
def deleted_clusters_stay_describable_as_inactive(aws):
    cluster = a_cluster(aws)
    assert aws.ecs.delete_cluster(cluster=cluster)["cluster"]["status"] == "INACTIVE"
    assert aws.ecs.describe_clusters(clusters=[cluster])["clusters"][0]["status"] == "INACTIVE"


@case("ecs:DeleteCluster", error="ClusterContainsServicesException", page="ECS-API/API_DeleteCluster")
def clusters_with_services_are_not_deleted(aws):
    cluster, _ = a_service(aws, desired=0)
    with aws.refused("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."):
        aws.ecs.delete_cluster(cluster=cluster)


@case("ecs:DeleteCluster", error="ClusterContainsTasksException", page="ECS-API/API_DeleteCluster")
def clusters_with_tasks_are_not_deleted(aws):
    cluster = a_cluster(aws)
    [task] = aws.ecs.run_task(
        cluster=cluster, taskDefinition=a_definition(aws), launchType="FARGATE", networkConfiguration=in_vpc(aws)
    )["tasks"]
    aws.cleanup(aws.ecs.stop_task, cluster=cluster, task=task["taskArn"])
    with aws.refused("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."):
        aws.ecs.delete_cluster(cluster=cluster)


@case(
    "ecs:CreateService",
    "ecs:UpdateService",
    "ecs:DeleteService",
    "ecs:DescribeServices",
    "ecs:ListServices",
    "ecs:ListServiceDeployments",
    "ecs:DeleteCluster",
    "ecs:PutClusterCapacityProviders",
    "ecs:UpdateCluster",
    "ecs:UpdateClusterSettings",
    "ecs:RunTask",
    "ecs:StopTask",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    error="ClusterNotFoundException",
    page="ECS-API/CommonErrors",
)
def unknown_clusters_are_not_found(aws):
    none = {"cluster": aws.name("none")}
    calls = [
        (aws.ecs.create_service, {"serviceName": "x", "desiredCount": 1, "taskDefinition": "x"}),
        (aws.ecs.update_service, {"service": "x", "desiredCount": 1}),
        (aws.ecs.delete_service, {"service": "x"}),
        (aws.ecs.describe_services, {"services": ["x"]}),
        (aws.ecs.list_services, {}),
        (aws.ecs.list_service_deployments, {"service": "x"}),
        (aws.ecs.delete_cluster, {}),
        (aws.ecs.put_cluster_capacity_providers, {"capacityProviders": [], "defaultCapacityProviderStrategy": []}),
        (aws.ecs.update_cluster, {}),
        (aws.ecs.update_cluster_settings, {"settings": []}),
        (aws.ecs.run_task, {"taskDefinition": "x"}),
        (aws.ecs.stop_task, {"task": "x"}),
        (aws.ecs.describe_tasks, {"tasks": ["x"]}),
        (aws.ecs.list_tasks, {}),
    ]
    for call, members in calls:
        with aws.refused("ClusterNotFoundException", "Cluster not found.", 400):
            call(**none, **members)


@case("ecs:DeleteCluster", error="InvalidParameterException", shows="validation", page="ECS-API/API_DeleteCluster")
def an_arn_of_another_service_is_no_cluster(aws):
    with aws.refused("InvalidParameterException"):
        aws.ecs.delete_cluster(cluster="arn:aws:s3:::bucket")


@case("ecs:DescribeCapacityProviders", page="ECS-API/API_DescribeCapacityProviders")
def fargate_is_a_capacity_provider_of_every_account(aws):
    found = aws.ecs.describe_capacity_providers(capacityProviders=["FARGATE", "FARGATE_SPOT"])["capacityProviders"]
    assert sorted((one["name"], one["status"]) for one in found) == [("FARGATE", "ACTIVE"), ("FARGATE_SPOT", "ACTIVE")]


@case(
    "ecs:DescribeCapacityProviders",
    error="ClusterNotFoundException",
    page="ECS-API/API_DescribeCapacityProviders",
)
def capacity_providers_of_an_unknown_cluster_are_not_found(aws):
    with aws.refused("ClusterNotFoundException", "Cluster not found."):
        aws.ecs.describe_capacity_providers(cluster=aws.name("none"))


@case(
    "ecs:PutAccountSetting",
    "ecs:ListAccountSettings",
    "ecs:DeleteAccountSetting",
    page="ECS-API/API_PutAccountSetting",
)
def account_settings_are_put_listed_and_deleted(aws):
    name = "fargateTaskRetirementWaitPeriod"
    of = lambda **more: aws.ecs.list_account_settings(name=name, **more)["settings"]
    aws.ecs.put_account_setting(name=name, value="14")
    aws.cleanup(aws.ecs.delete_account_setting, name=name)
    [setting] = of()
    assert setting["value"] == "14" and re.search(r":iam::\d{12}:", setting["principalArn"]), setting
    aws.ecs.delete_account_setting(name=name)
    assert of() == [] and of(effectiveSettings=True)[0]["value"] == "7", of(effectiveSettings=True)


@case("ecs:PutAccountSettingDefault", page="ECS-API/API_PutAccountSettingDefault")
def account_defaults_are_put(aws):
    setting = aws.ecs.put_account_setting_default(name="tagResourceAuthorization", value="off")["setting"]
    assert setting["value"] == "off", setting


@case("ecs:TagResource", "ecs:UntagResource", "ecs:ListTagsForResource", page="ECS-API/API_TagResource")
def services_clusters_and_task_definitions_are_tagged(aws):
    cluster, service = a_service(aws, desired=0)
    [found] = aws.ecs.describe_services(cluster=cluster, services=[service])["services"]
    for arn in (found["serviceArn"], found["clusterArn"], found["taskDefinition"]):
        aws.ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        aws.ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "3"}])
        aws.ecs.untag_resource(resourceArn=arn, tagKeys=["b"])
        tags = aws.ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        assert tags == [{"key": "a", "value": "3"}], f"{arn} has {tags}"


@case(
    "ecs:TagResource",
    "ecs:ListTagsForResource",
    shows="validation",
    error="InvalidParameterException",
    page="ECS-API/API_TagResource",
)
def tags_belong_to_arns_and_keys_of_aws_are_reserved(aws):
    with aws.refused("InvalidParameterException"):
        aws.ecs.tag_resource(resourceArn="nonsense", tags=[])
    with aws.refused("InvalidParameterException"):
        aws.ecs.list_tags_for_resource(resourceArn="nonsense")
    cluster = aws.ecs.describe_clusters(clusters=[a_cluster(aws)])["clusters"][0]["clusterArn"]
    with aws.refused("InvalidParameterException"):
        aws.ecs.tag_resource(resourceArn=cluster, tags=[{"key": "aws:x", "value": "1"}])
    with aws.refused("InvalidParameterException"):
        aws.ecs.tag_resource(resourceArn=cluster, tags=[{"key": f"k{n}", "value": ""} for n in range(51)])


@case("ecs:TagResource", "ecs:UntagResource", error="ResourceNotFoundException", page="ECS-API/API_TagResource")
def what_is_not_there_is_not_tagged(aws):
    cluster = aws.ecs.describe_clusters(clusters=[a_cluster(aws)])["clusters"][0]["clusterArn"]
    none = cluster.replace(":cluster/", ":service/") + "/none"
    with aws.refused("ResourceNotFoundException"):
        aws.ecs.tag_resource(resourceArn=none, tags=[{"key": "a", "value": "1"}])
    with aws.refused("ResourceNotFoundException"):
        aws.ecs.untag_resource(resourceArn=none, tagKeys=["a"])


@case(
    "ecs:TagResource",
    "ecs:UntagResource",
    "ecs:ListTagsForResource",
    error="ClusterNotFoundException",
    page="ECS-API/API_TagResource",
)
def clusters_that_are_not_there_are_not_tagged(aws):
    none = aws.ecs.describe_clusters(clusters=[a_cluster(aws)])["clusters"][0]["clusterArn"] + "-none"
    with aws.refused("ClusterNotFoundException"):
        aws.ecs.tag_resource(resourceArn=none, tags=[{"key": "a", "value": "1"}])
    with aws.refused("ClusterNotFoundException"):
        aws.ecs.untag_resource(resourceArn=none, tagKeys=["a"])
    with aws.refused("ClusterNotFoundException"):
        aws.ecs.list_tags_for_resource(resourceArn=none)
