from harness import case
from harness.things import a_container, a_definition


def family_of(arn):
    return arn.split("/")[1].split(":")[0]


@case("ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition", page="ECS-API/API_RegisterTaskDefinition")
def task_definitions_are_described_with_the_defaults_of_their_containers(aws):
    tags = [{"key": "team", "value": "a"}]
    arn = a_definition(aws, tags=tags)
    found = aws.ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    assert found["tags"] == tags, found.get("tags")
    definition = found["taskDefinition"]
    assert (definition["revision"], definition["status"]) == (1, "ACTIVE"), definition
    assert "FARGATE" in definition["compatibilities"], definition["compatibilities"]
    [container] = definition["containerDefinitions"]
    assert container["portMappings"] == [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}], container
    assert container["cpu"] == 0 and container["environment"] == [] and container["mountPoints"] == [], container
    assert not aws.ecs.describe_task_definition(taskDefinition=arn).get("tags"), "tags come when they are asked for"


@case("ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", page="ECS-API/API_RegisterTaskDefinition")
def revisions_are_never_given_twice(aws):
    first = a_definition(aws)
    family = family_of(first)
    second = a_definition(aws, family=family)
    assert second.endswith(f"{family}:2"), second
    inactive = aws.ecs.deregister_task_definition(taskDefinition=second)["taskDefinition"]
    assert inactive["status"] == "INACTIVE" and inactive["deregisteredAt"], inactive
    latest = aws.ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
    assert latest["taskDefinitionArn"] == first, "a family means its latest ACTIVE revision"
    assert a_definition(aws, family=family).endswith(f"{family}:3")


@case("ecs:ListTaskDefinitions", shows="paging", page="ECS-API/API_ListTaskDefinitions")
def task_definitions_are_listed_by_family_status_and_order(aws):
    first = a_definition(aws)
    family = family_of(first)
    rest = [a_definition(aws, family=family) for _ in range(10)]
    of = lambda **more: [
        arn
        for page in aws.pages("ecs", "list_task_definitions", "taskDefinitionArns", familyPrefix=family, **more)
        for arn in page
    ]
    assert of() == [first, *rest], "revision 10 comes after revision 9"
    assert of(sort="DESC", PaginationConfig={"PageSize": 3}) == [*reversed(rest), first]
    aws.ecs.deregister_task_definition(taskDefinition=first)
    assert of(status="INACTIVE") == [first] and of() == rest


@case("ecs:ListTaskDefinitionFamilies", page="ECS-API/API_ListTaskDefinitionFamilies")
def families_are_listed_by_prefix_and_status(aws):
    arn = a_definition(aws)
    family = family_of(arn)
    of = lambda status: aws.ecs.list_task_definition_families(familyPrefix=family, status=status)["families"]
    assert of("ACTIVE") == [family] and of("INACTIVE") == []
    aws.ecs.deregister_task_definition(taskDefinition=arn)
    assert of("ACTIVE") == [] and of("INACTIVE") == [family] and of("ALL") == [family]


@case("ecs:DescribeTaskDefinition", error="ClientException", page="ECS-API/API_DescribeTaskDefinition")
def unknown_task_definitions_cannot_be_described(aws):
    with aws.refused("ClientException", "Unable to describe task definition.", 400):
        aws.ecs.describe_task_definition(taskDefinition=aws.name("none"))


@case(
    "ecs:DescribeTaskDefinition",
    error="InvalidParameterException",
    shows="validation",
    page="ECS-API/API_DescribeTaskDefinition",
)
def an_arn_of_another_service_is_no_task_definition(aws):
    with aws.refused("InvalidParameterException"):
        aws.ecs.describe_task_definition(taskDefinition="arn:aws:s3:::bucket")


@case("ecs:RegisterTaskDefinition", error="ClientException", page="ECS-API/API_RegisterTaskDefinition")
def fargate_has_sizes(aws):
    with aws.refused("ClientException", "No Fargate configuration exists for given values"):
        a_definition(aws, cpu="4096", memory="4096")
    with aws.refused("ClientException", "Fargate requires that 'cpu' be defined at the task level."):
        aws.ecs.register_task_definition(
            family=aws.name("family"),
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            memory="512",
            containerDefinitions=[a_container()],
        )


@case("ecs:RegisterTaskDefinition", shows="validation", page="ECS-DG/task_definition_parameters")
def containers_are_checked(aws):
    mistakes = [
        ([], "Container list cannot be empty."),
        ([a_container(image="")], "Container.image should not be null or empty."),
        ([a_container(essential=False)], None),
        ([a_container(), a_container(portMappings=[])], None),
        ([a_container(portMappings=[{"containerPort": 80, "hostPort": 81}])], "host ports and container ports"),
        ([a_container(dependsOn=[{"containerName": "none", "condition": "START"}])], None),
        ([a_container(healthCheck={"command": ["CMD", "true"], "interval": 1})], None),
    ]
    for containers, text in mistakes:
        with aws.refused("ClientException", text):
            a_definition(aws, containerDefinitions=containers)


@case("ecs:RegisterTaskDefinition", shows="validation", page="ECS-DG/task_execution_IAM_role")
def logs_and_private_images_need_an_execution_role(aws):
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/x", "awslogs-stream-prefix": "x"}}
    with aws.refused(
        "ClientException", "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    ):
        a_definition(aws, containerDefinitions=[a_container(logConfiguration=logs)])
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
    with aws.refused(
        "ClientException", "Fargate requires task definition to have execution role ARN to support ECR images."
    ):
        a_definition(aws, containerDefinitions=[a_container(image=image)])


@case("ecs:RegisterTaskDefinition", error="InvalidParameterException", page="ECS-API/API_RegisterTaskDefinition")
def task_definitions_have_fifty_tags_at_most(aws):
    with aws.refused("InvalidParameterException"):
        a_definition(aws, tags=[{"key": f"k{n}", "value": ""} for n in range(51)])


@case("ecs:DeregisterTaskDefinition", error="ClientException", page="ECS-API/API_DeregisterTaskDefinition")
def only_what_is_active_is_deregistered(aws):
    arn = a_definition(aws)
    with aws.refused("ClientException", "Revision must be specified when deregistering a task definition."):
        aws.ecs.deregister_task_definition(taskDefinition=family_of(arn))
    aws.ecs.deregister_task_definition(taskDefinition=arn)
    with aws.refused("ClientException"):
        aws.ecs.deregister_task_definition(taskDefinition=arn)


@case("ecs:DeleteTaskDefinitions", page="ECS-API/API_DeleteTaskDefinitions")
def task_definitions_are_deleted_once_they_are_inactive(aws):
    arn = a_definition(aws)
    still = aws.ecs.delete_task_definitions(taskDefinitions=[arn])
    assert still["taskDefinitions"] == [] and still["failures"][0]["arn"] == arn, still
    aws.ecs.deregister_task_definition(taskDefinition=arn)
    [deleted] = aws.ecs.delete_task_definitions(taskDefinitions=[arn])["taskDefinitions"]
    assert deleted["status"] == "DELETE_IN_PROGRESS", deleted["status"]
