from harness import case
from harness.things import a_cluster, a_definition, a_service, in_vpc


def run(aws, cluster, definition=None, **members):
    tasks = aws.ecs.run_task(
        cluster=cluster,
        taskDefinition=definition or a_definition(aws),
        launchType="FARGATE",
        networkConfiguration=in_vpc(aws),
        **members,
    )["tasks"]
    for task in tasks:
        aws.cleanup(aws.ecs.stop_task, cluster=cluster, task=task["taskArn"])
    return tasks


@case("ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", shows="waiter", page="ECS-DG/task-lifecycle-explanation")
def tasks_run_and_stop_and_boto3_waits_for_both(aws):
    cluster = a_cluster(aws)
    [task] = run(aws, cluster, startedBy="night")
    assert (task["lastStatus"], task["desiredStatus"]) == ("PROVISIONING", "RUNNING"), task["lastStatus"]
    assert f":task/{cluster}/" in task["taskArn"], "the ARN has the long format"
    arns = [task["taskArn"]]
    aws.wait("ecs", "tasks_running", cluster=cluster, tasks=arns)
    aws.ecs.stop_task(cluster=cluster, task=arns[0], reason="by hand")
    aws.wait("ecs", "tasks_stopped", cluster=cluster, tasks=arns)
    [stopped] = aws.ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "by hand"), stopped
    assert stopped["containers"][0]["lastStatus"] == "STOPPED" and "exitCode" in stopped["containers"][0], stopped


@case("ecs:RunTask", page="ECS-API/API_RunTask")
def tasks_are_started_by_number_with_overrides_and_tags(aws):
    cluster = a_cluster(aws)
    overrides = {
        "cpu": "512",
        "memory": "1024",
        "taskRoleArn": "arn:aws:iam::000000000000:role/other",
        "containerOverrides": [{"name": "app", "command": ["x"], "environment": [{"name": "A", "value": "1"}]}],
    }
    tags = [{"key": "team", "value": "a"}]
    tasks = run(aws, cluster, count=3, group="batch", overrides=overrides, tags=tags, enableECSManagedTags=True)
    assert len(tasks) == 3 and {task["group"] for task in tasks} == {"batch"}, tasks
    first = tasks[0]
    assert (first["cpu"], first["memory"]) == ("512", "1024"), first
    assert first["overrides"]["containerOverrides"] == overrides["containerOverrides"], first["overrides"]
    assert first["overrides"]["taskRoleArn"] == overrides["taskRoleArn"], first["overrides"]
    shown = {tag["key"]: tag["value"] for tag in first["tags"]}
    assert shown == {"team": "a", "aws:ecs:clusterName": cluster}, shown


@case("ecs:RunTask", error="ConflictException", page="ECS-DG/ECS_Idempotency")
def one_client_token_starts_one_task(aws):
    cluster, definition = a_cluster(aws), a_definition(aws)
    [first] = run(aws, cluster, definition, clientToken="t")
    [again] = run(aws, cluster, definition, clientToken="t")
    assert again["taskArn"] == first["taskArn"], "another task was started"
    with aws.refused("ConflictException"):
        run(aws, cluster, definition, clientToken="t", count=2)


@case("ecs:RunTask", error="InvalidParameterException", shows="validation", page="ECS-API/API_RunTask")
def what_cannot_be_run_is_refused(aws):
    cluster, definition = a_cluster(aws), a_definition(aws)
    with aws.refused("InvalidParameterException", "No Container Instances were found in your cluster."):
        aws.ecs.run_task(cluster=cluster, taskDefinition=definition, networkConfiguration=in_vpc(aws))
    with aws.refused(
        "InvalidParameterException", "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    ):
        aws.ecs.run_task(cluster=cluster, taskDefinition=definition, launchType="FARGATE")
    with aws.refused(
        "InvalidParameterException", "Override for container named web is not a container in the TaskDefinition."
    ):
        run(aws, cluster, definition, overrides={"containerOverrides": [{"name": "web"}]})
    aws.ecs.deregister_task_definition(taskDefinition=definition)
    with aws.refused("InvalidParameterException", "TaskDefinition is inactive"):
        run(aws, cluster, definition)


@case("ecs:ListTasks", page="ECS-API/API_ListTasks")
def tasks_are_listed_by_what_they_belong_to_and_running_ones_unless_asked(aws):
    cluster, service = a_service(aws, desired=1)
    definition = a_definition(aws)
    [other] = run(aws, cluster, definition, startedBy="me")
    of = lambda **filter: aws.ecs.list_tasks(cluster=cluster, **filter)["taskArns"]
    own = aws.eventually(lambda: of(serviceName=service) or _fail("the service has no task yet"))
    assert of(startedBy="me") == [other["taskArn"]]
    assert of(family=definition.split("/")[1].split(":")[0]) == [other["taskArn"]]
    assert sorted(of(launchType="FARGATE")) == sorted([*own, other["taskArn"]])
    assert of(launchType="EC2") == []
    aws.ecs.stop_task(cluster=cluster, task=other["taskArn"])
    assert of() == own, "what is to stop is not listed among the RUNNING"
    assert of(desiredStatus="STOPPED") == [other["taskArn"]]


def _fail(text):
    raise AssertionError(text)


@case("ecs:ListTasks", shows="paging", page="ECS-API/API_ListTasks")
def tasks_come_in_pages(aws):
    cluster = a_cluster(aws)
    started = [task["taskArn"] for task in run(aws, cluster, count=5)]
    pages = aws.pages("ecs", "list_tasks", "taskArns", cluster=cluster, PaginationConfig={"PageSize": 2})
    assert [len(page) for page in pages] == [2, 2, 1], pages
    assert sorted(arn for page in pages for arn in page) == sorted(started)


@case("ecs:ListTasks", error="ServiceNotFoundException", page="ECS-API/API_ListTasks")
def tasks_of_an_unknown_service_are_not_listed(aws):
    with aws.refused("ServiceNotFoundException", "Service not found."):
        aws.ecs.list_tasks(cluster=a_cluster(aws), serviceName="none")


@case("ecs:ListTasks", error="InvalidParameterException", shows="validation", page="ECS-API/API_ListTasks")
def pages_have_between_1_and_100_tasks(aws):
    cluster = a_cluster(aws)
    with aws.refused("InvalidParameterException"):
        aws.ecs.list_tasks(cluster=cluster, maxResults=101)
    with aws.refused("InvalidParameterException"):
        aws.ecs.list_tasks(cluster=cluster, nextToken="nonsense")


@case("ecs:DescribeTasks", page="ECS-API/API_DescribeTasks")
def unknown_tasks_are_missing(aws):
    cluster = a_cluster(aws)
    found = aws.ecs.describe_tasks(cluster=cluster, tasks=["0" * 32])
    assert found["tasks"] == [] and found["failures"][0]["reason"] == "MISSING", found
    assert found["failures"][0]["arn"].endswith(f":task/{cluster}/{'0' * 32}"), found


@case("ecs:DescribeTasks", error="InvalidParameterException", shows="validation", page="ECS-API/API_DescribeTasks")
def tasks_are_described_a_hundred_at_a_time(aws):
    cluster = a_cluster(aws)
    with aws.refused("InvalidParameterException"):
        aws.ecs.describe_tasks(cluster=cluster, tasks=[f"{n:032}" for n in range(101)])
    with aws.refused("InvalidParameterException", "Tasks cannot be empty."):
        aws.ecs.describe_tasks(cluster=cluster, tasks=[])


@case("ecs:StopTask", error="InvalidParameterException", page="ECS-API/API_StopTask")
def unknown_tasks_are_not_stopped(aws):
    with aws.refused("InvalidParameterException", "The referenced task was not found."):
        aws.ecs.stop_task(cluster=a_cluster(aws), task="0" * 32)
