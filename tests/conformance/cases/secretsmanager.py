import json

from harness import case

CREATE = "SM-API/API_CreateSecret"
GET = "SM-API/API_GetSecretValue"
PUT = "SM-API/API_PutSecretValue"
DELETE = "SM-API/API_DeleteSecret"
DESCRIBE = "SM-API/API_DescribeSecret"
STAGE = "SM-API/API_UpdateSecretVersionStage"
POLICY = "SM-API/API_PutResourcePolicy"
VALIDATE = "SM-API/API_ValidateResourcePolicy"
ROTATE = "SM-API/API_RotateSecret"
NOT_FOUND = "Secrets Manager can't find the specified secret."
MARKED = "You can't perform this operation on the secret because it was marked for deletion."
ONE = "00000000-0000-4000-8000-000000000001"
TWO = "00000000-0000-4000-8000-000000000002"
ROOT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }
    ],
}
PUBLIC = {**ROOT, "Statement": [{**ROOT["Statement"][0], "Principal": "*"}]}


def a_secret(aws, **members):
    """The name of a secret with a value, unless it is made without one."""
    name = aws.name("secret")
    aws.secretsmanager.create_secret(**{"Name": name, "SecretString": "one", **members})
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    return name


def an_empty_secret(aws):
    name = aws.name("secret")
    aws.secretsmanager.create_secret(Name=name)
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    return name


def a_marked_secret(aws):
    name = a_secret(aws)
    aws.secretsmanager.delete_secret(SecretId=name)
    return name


def stages(aws, name):
    return aws.secretsmanager.describe_secret(SecretId=name).get("VersionIdsToStages")


@case("secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", page=CREATE)
def a_secret_is_found_by_name_arn_and_partial_arn(aws):
    name = aws.name("app/db")
    made = aws.secretsmanager.create_secret(Name=name, SecretString="one", ClientRequestToken=ONE)
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    assert made["VersionId"] == ONE and made["Name"] == name, made
    assert made["ARN"][:-7].endswith(f":secret:{name}") and made["ARN"][-7] == "-", made["ARN"]
    for identifier in (name, made["ARN"], made["ARN"][:-7]):
        found = aws.secretsmanager.get_secret_value(SecretId=identifier)
        assert (found["SecretString"], found["VersionId"]) == ("one", ONE), found
        assert found["VersionStages"] == ["AWSCURRENT"], found
    described = aws.secretsmanager.describe_secret(SecretId=name)
    assert described["VersionIdsToStages"] == {ONE: ["AWSCURRENT"]}, described
    assert "Description" not in described and "Tags" not in described, described


@case("secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", page=CREATE)
def a_secret_without_value_has_no_version(aws):
    """As Terraform's provider makes it, with an empty description."""
    name = aws.name("secret")
    made = aws.secretsmanager.create_secret(Name=name, Description="", Tags=[{"Key": "team", "Value": "a"}])
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    assert "VersionId" not in made, made
    found = aws.secretsmanager.describe_secret(SecretId=made["ARN"])
    assert "VersionIdsToStages" not in found and found["Tags"] == [{"Key": "team", "Value": "a"}], found


@case("secretsmanager:CreateSecret", page=CREATE)
def the_same_call_again_is_answered_alike(aws):
    name = aws.name("secret")
    wanted = {"Name": name, "SecretString": "one", "ClientRequestToken": ONE}
    first = aws.secretsmanager.create_secret(**wanted)
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    again = aws.secretsmanager.create_secret(**wanted)
    assert (first["ARN"], first["VersionId"]) == (again["ARN"], again["VersionId"]), again


@case("secretsmanager:CreateSecret", error="ResourceExistsException", page=CREATE)
def a_name_is_taken_once(aws):
    name = a_secret(aws)
    text = f"The operation failed because the secret {name} already exists."
    with aws.refused("ResourceExistsException", text, status=400):
        aws.secretsmanager.create_secret(Name=name, SecretString="two")


@case("secretsmanager:CreateSecret", error="InvalidRequestException", page=CREATE)
def a_name_stays_taken_while_its_secret_waits_for_deletion(aws):
    name = a_marked_secret(aws)
    text = "You can't create this secret because a secret with this name is already scheduled for deletion."
    with aws.refused("InvalidRequestException", text, status=400):
        aws.secretsmanager.create_secret(Name=name, SecretString="two")


@case("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", error="InvalidParameterException", page=CREATE)
def a_value_is_text_or_bytes(aws):
    text = "You can't specify both a binary secret value and a string secret value in the same secret."
    with aws.refused("InvalidParameterException", text, status=400):
        aws.secretsmanager.create_secret(Name=aws.name("secret"), SecretString="a", SecretBinary=b"a")
    name = a_secret(aws)
    with aws.refused("InvalidParameterException", text):
        aws.secretsmanager.put_secret_value(SecretId=name, SecretString="a", SecretBinary=b"a")


@case("secretsmanager:CreateSecret", "secretsmanager:GetSecretValue", shows="validation", page=CREATE)
def names_have_few_signs(aws):
    text = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    with aws.refused("ValidationException", text, status=400):
        aws.secretsmanager.create_secret(Name="a b", SecretString="x")
    with aws.refused("ValidationException", text):
        aws.secretsmanager.get_secret_value(SecretId="a b")


@case("secretsmanager:CreateSecret", shows="validation", page=CREATE)
def a_token_has_at_least_32_signs(aws):
    with aws.refused("ValidationException", "at 'clientRequestToken' failed to satisfy constraint"):
        aws.client("secretsmanager", unchecked=True).create_secret(
            Name=aws.name("secret"), SecretString="x", ClientRequestToken="short"
        )


@case(
    *("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
    *("secretsmanager:DeleteSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:TagResource"),
    shows="validation",
    page=DESCRIBE,
)
def a_secret_must_be_named(aws):
    unchecked = aws.client("secretsmanager", unchecked=True)
    text = "Value null at 'secretId' failed to satisfy constraint: Member must not be null"
    for call, members in (
        (unchecked.describe_secret, {}),
        (unchecked.get_secret_value, {}),
        (unchecked.put_secret_value, {"SecretString": "x"}),
        (unchecked.delete_secret, {}),
        (unchecked.get_resource_policy, {}),
        (unchecked.tag_resource, {"Tags": []}),
    ):
        with aws.refused("ValidationException", text, status=400):
            call(**members)


@case(
    *("secretsmanager:CancelRotateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret"),
    *("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:GetSecretValue"),
    *("secretsmanager:ListSecretVersionIds", "secretsmanager:PutResourcePolicy", "secretsmanager:PutSecretValue"),
    *("secretsmanager:RestoreSecret", "secretsmanager:RotateSecret", "secretsmanager:TagResource"),
    *("secretsmanager:UntagResource", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage"),
    *("secretsmanager:ValidateResourcePolicy",),
    error="ResourceNotFoundException",
    page=DESCRIBE,
)
def an_unknown_secret_is_not_found(aws):
    service, policy = aws.secretsmanager, json.dumps(ROOT)
    for call, members in (
        (service.cancel_rotate_secret, {}),
        (service.delete_resource_policy, {}),
        (service.delete_secret, {}),
        (service.describe_secret, {}),
        (service.get_resource_policy, {}),
        (service.get_secret_value, {}),
        (service.list_secret_version_ids, {}),
        (service.put_resource_policy, {"ResourcePolicy": policy}),
        (service.put_secret_value, {"SecretString": "x"}),
        (service.restore_secret, {}),
        (service.rotate_secret, {}),
        (service.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
        (service.untag_resource, {"TagKeys": ["a"]}),
        (service.update_secret, {}),
        (service.update_secret_version_stage, {"VersionStage": "X"}),
        (service.validate_resource_policy, {"ResourcePolicy": policy}),
    ):
        with aws.refused("ResourceNotFoundException", NOT_FOUND, status=400):
            call(SecretId=aws.name("none"), **members)


@case(
    *("secretsmanager:DeleteSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:GetSecretValue"),
    *("secretsmanager:PutSecretValue", "secretsmanager:TagResource"),
    error="InvalidRequestException",
    page=DELETE,
)
def a_secret_that_waits_for_its_deletion_is_left_alone(aws):
    name, service = a_marked_secret(aws), aws.secretsmanager
    for call, members in (
        (service.delete_secret, {}),
        (service.get_resource_policy, {}),
        (service.get_secret_value, {}),
        (service.put_secret_value, {"SecretString": "x"}),
        (service.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
    ):
        with aws.refused("InvalidRequestException", MARKED, status=400):
            call(SecretId=name, **members)


@case("secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue", page=PUT)
def a_new_value_pushes_the_current_one_back(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    put = aws.secretsmanager.put_secret_value(SecretId=name, SecretString="two", ClientRequestToken=TWO)
    assert (put["VersionId"], put["VersionStages"]) == (TWO, ["AWSCURRENT"]), put
    assert stages(aws, name) == {ONE: ["AWSPREVIOUS"], TWO: ["AWSCURRENT"]}, stages(aws, name)
    before = aws.secretsmanager.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert before["SecretString"] == "one", before
    by_id = aws.secretsmanager.get_secret_value(SecretId=name, VersionId=TWO)
    assert by_id["SecretString"] == "two", by_id


@case("secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue", page=PUT)
def bytes_come_back_as_bytes(aws):
    name = an_empty_secret(aws)
    aws.secretsmanager.put_secret_value(SecretId=name, SecretBinary=b"\x00\xff")
    found = aws.secretsmanager.get_secret_value(SecretId=name)
    assert found["SecretBinary"] == b"\x00\xff" and "SecretString" not in found, found


@case("secretsmanager:PutSecretValue", page=PUT)
def the_same_value_under_the_same_token_is_one_version(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    again = aws.secretsmanager.put_secret_value(SecretId=name, SecretString="one", ClientRequestToken=ONE)
    assert again["VersionId"] == ONE and stages(aws, name) == {ONE: ["AWSCURRENT"]}, again


@case("secretsmanager:PutSecretValue", error="ResourceExistsException", page=PUT)
def a_token_is_of_one_value(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    with aws.refused("ResourceExistsException", f"You can't use ClientRequestToken {ONE} because", status=400):
        aws.secretsmanager.put_secret_value(SecretId=name, SecretString="two", ClientRequestToken=ONE)


@case("secretsmanager:PutSecretValue", error="InvalidRequestException", page=PUT)
def a_value_is_needed(aws):
    name = a_secret(aws)
    with aws.refused("InvalidRequestException", "You must provide either SecretString or SecretBinary."):
        aws.secretsmanager.put_secret_value(SecretId=name)


@case("secretsmanager:GetSecretValue", error="ResourceNotFoundException", page=GET)
def a_secret_without_a_value_has_none_to_read(aws):
    name = an_empty_secret(aws)
    text = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    with aws.refused("ResourceNotFoundException", text, status=400):
        aws.secretsmanager.get_secret_value(SecretId=name)
    with aws.refused("ResourceNotFoundException", f"secret value for VersionId: {TWO}"):
        aws.secretsmanager.get_secret_value(SecretId=name, VersionId=TWO)


@case("secretsmanager:GetSecretValue", error="InvalidRequestException", page=GET)
def version_and_stage_must_agree(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    text = "You provided a VersionStage that is not associated to the provided VersionId."
    with aws.refused("InvalidRequestException", text, status=400):
        aws.secretsmanager.get_secret_value(SecretId=name, VersionId=ONE, VersionStage="AWSPREVIOUS")


@case("secretsmanager:GetSecretValue", shows="validation", page=GET)
def a_version_has_at_least_32_signs(aws):
    name = a_secret(aws)
    with aws.refused("ValidationException", "at 'versionId' failed to satisfy constraint"):
        aws.client("secretsmanager", unchecked=True).get_secret_value(SecretId=name, VersionId="AWSCURRENT")


@case("secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret", "secretsmanager:DescribeSecret", page=DELETE)
def a_deletion_can_be_taken_back(aws):
    name = a_secret(aws)
    gone = aws.secretsmanager.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    described = aws.secretsmanager.describe_secret(SecretId=name)
    assert "DeletedDate" in described and gone["Name"] == name, described
    aws.secretsmanager.restore_secret(SecretId=name)
    assert "DeletedDate" not in aws.secretsmanager.describe_secret(SecretId=name), "still marked"
    assert aws.secretsmanager.get_secret_value(SecretId=name)["SecretString"] == "one", "its value is gone"


@case("secretsmanager:DeleteSecret", "secretsmanager:CreateSecret", page=DELETE)
def a_forced_deletion_frees_the_name_soon(aws):
    """As Terraform's provider waits for it."""
    name = a_secret(aws)
    aws.secretsmanager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

    def gone():
        try:
            aws.secretsmanager.describe_secret(SecretId=name)
        except aws.secretsmanager.exceptions.ResourceNotFoundException:
            return
        raise AssertionError("is still described")

    aws.eventually(gone)
    again = aws.secretsmanager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert again["Name"] == name, again
    aws.secretsmanager.create_secret(Name=name, SecretString="two")


@case("secretsmanager:DeleteSecret", error="InvalidParameterException", page=DELETE)
def a_recovery_window_has_7_to_30_days_and_goes_without_force(aws):
    name = a_secret(aws)
    with aws.refused("InvalidParameterException", "between 7 and 30 days (inclusive).", status=400):
        aws.secretsmanager.delete_secret(SecretId=name, RecoveryWindowInDays=6)
    text = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
    with aws.refused("InvalidParameterException", text):
        aws.secretsmanager.delete_secret(SecretId=name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)


@case("secretsmanager:TagResource", "secretsmanager:UntagResource", page="SM-API/API_TagResource")
def tags_are_put_and_taken(aws):
    name = a_secret(aws, Tags=[{"Key": "a", "Value": "1"}])
    aws.secretsmanager.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    tags = aws.secretsmanager.describe_secret(SecretId=name)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"a": "2", "b": "3"}, tags
    aws.secretsmanager.untag_resource(SecretId=name, TagKeys=["a"])
    tags = aws.secretsmanager.describe_secret(SecretId=name)["Tags"]
    assert tags == [{"Key": "b", "Value": "3"}], tags


@case("secretsmanager:TagResource", error="InvalidParameterException", page="SM-API/API_TagResource")
def a_secret_has_at_most_50_tags(aws):
    name = a_secret(aws)
    with aws.refused("InvalidParameterException", status=400):
        aws.secretsmanager.tag_resource(SecretId=name, Tags=[{"Key": f"k{at}", "Value": ""} for at in range(51)])


@case(
    *("secretsmanager:PutResourcePolicy", "secretsmanager:GetResourcePolicy", "secretsmanager:DeleteResourcePolicy"),
    page=POLICY,
)
def a_policy_is_kept_until_it_is_deleted(aws):
    name, text = a_secret(aws), json.dumps(ROOT)
    assert "ResourcePolicy" not in aws.secretsmanager.get_resource_policy(SecretId=name), "there is one already"
    aws.secretsmanager.put_resource_policy(SecretId=name, ResourcePolicy=text)
    found = aws.secretsmanager.get_resource_policy(SecretId=name)
    assert json.loads(found["ResourcePolicy"]) == ROOT and found["Name"] == name, found
    aws.secretsmanager.delete_resource_policy(SecretId=name)
    assert "ResourcePolicy" not in aws.secretsmanager.get_resource_policy(SecretId=name), "is still there"


@case("secretsmanager:PutResourcePolicy", error="MalformedPolicyDocumentException", page=POLICY)
def a_policy_is_json(aws):
    name = a_secret(aws)
    with aws.refused("MalformedPolicyDocumentException", status=400):
        aws.secretsmanager.put_resource_policy(SecretId=name, ResourcePolicy="{")


@case("secretsmanager:PutResourcePolicy", error="PublicPolicyException", page=POLICY)
def broad_access_is_refused_where_it_is_blocked(aws):
    name, text = a_secret(aws), json.dumps(PUBLIC)
    with aws.refused("PublicPolicyException", status=400):
        aws.secretsmanager.put_resource_policy(SecretId=name, ResourcePolicy=text, BlockPublicPolicy=True)
    aws.secretsmanager.put_resource_policy(SecretId=name, ResourcePolicy=text, BlockPublicPolicy=False)


@case("secretsmanager:ValidateResourcePolicy", page=VALIDATE)
def a_policy_is_judged_without_being_kept(aws):
    name = a_secret(aws)
    good = aws.secretsmanager.validate_resource_policy(SecretId=name, ResourcePolicy=json.dumps(ROOT))
    assert good["PolicyValidationPassed"] is True and good["ValidationErrors"] == [], good
    broad = aws.secretsmanager.validate_resource_policy(ResourcePolicy=json.dumps(PUBLIC))
    assert broad["PolicyValidationPassed"] is False and len(broad["ValidationErrors"]) == 1, broad
    assert "ResourcePolicy" not in aws.secretsmanager.get_resource_policy(SecretId=name), "was kept"


@case("secretsmanager:ValidateResourcePolicy", page=VALIDATE)
def a_policy_that_locks_everybody_out_does_not_pass(aws):
    statement = {**PUBLIC["Statement"][0], "Effect": "Deny", "Action": "secretsmanager:*"}
    found = aws.secretsmanager.validate_resource_policy(ResourcePolicy=json.dumps({**PUBLIC, "Statement": [statement]}))
    assert found["PolicyValidationPassed"] is False, found


@case("secretsmanager:ListSecrets", page="SM-API/API_ListSecrets")
def secrets_are_listed_by_filters(aws):
    prefix = aws.name("filter")
    for at in "ab":
        name = f"{prefix}/{at}"
        aws.secretsmanager.create_secret(Name=name, SecretString="x", Tags=[{"Key": "letter", "Value": at}])
        aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)

    def names(*filters):
        listed = aws.secretsmanager.list_secrets(
            Filters=[{"Key": "name", "Values": [prefix]}, *filters], SortOrder="asc"
        )
        return [secret["Name"] for secret in listed["SecretList"]]

    assert names() == [f"{prefix}/a", f"{prefix}/b"], names()
    only = names({"Key": "tag-value", "Values": ["b"]})
    assert only == [f"{prefix}/b"], only


@case("secretsmanager:ListSecrets", shows="paging", page="SM-API/API_ListSecrets")
def secrets_come_in_pages(aws):
    prefix = aws.name("pages")
    for at in range(3):
        name = f"{prefix}/{at}"
        aws.secretsmanager.create_secret(Name=name, SecretString="x")
        aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    pages = aws.pages(
        *("secretsmanager", "list_secrets", "SecretList"),
        Filters=[{"Key": "name", "Values": [prefix]}],
        PaginationConfig={"PageSize": 2},
    )
    names = sorted(secret["Name"] for page in pages for secret in page)
    assert names == [f"{prefix}/{at}" for at in range(3)], names
    assert max(len(page) for page in pages) <= 2, [len(page) for page in pages]


@case("secretsmanager:ListSecrets", shows="paging", page="SM-API/API_ListSecrets")
def a_secret_that_goes_between_two_pages_hides_no_other(aws):
    prefix = aws.name("going")
    names = [f"{prefix}/{at}" for at in range(4)]
    for name in names:
        aws.secretsmanager.create_secret(Name=name, SecretString="x")
        aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)

    def page(**members):
        return aws.secretsmanager.list_secrets(
            Filters=[{"Key": "name", "Values": [prefix]}], SortOrder="asc", MaxResults=2, **members
        )

    first = page()
    assert [secret["Name"] for secret in first["SecretList"]] == names[:2], first
    aws.secretsmanager.delete_secret(SecretId=names[0], ForceDeleteWithoutRecovery=True)
    rest = page(NextToken=first["NextToken"])
    assert [secret["Name"] for secret in rest["SecretList"]] == names[2:], rest


@case("secretsmanager:ListSecrets", shows="validation", page="SM-API/API_ListSecrets")
def filters_have_known_keys(aws):
    with aws.refused("ValidationException", "at 'filters.1.member.key' failed to satisfy constraint"):
        aws.client("secretsmanager", unchecked=True).list_secrets(Filters=[{"Key": "colour", "Values": ["x"]}])


@case("secretsmanager:ListSecretVersionIds", page="SM-API/API_ListSecretVersionIds")
def versions_without_a_label_are_listed_when_asked_for(aws):
    name = a_secret(aws)
    for value in ("two", "three"):
        aws.secretsmanager.put_secret_value(SecretId=name, SecretString=value)
    assert len(aws.secretsmanager.list_secret_version_ids(SecretId=name)["Versions"]) == 2, "not the staged two"
    every = aws.secretsmanager.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
    assert len(every) == 3, every


@case("secretsmanager:UpdateSecret", page="SM-API/API_UpdateSecret")
def a_secret_is_updated_with_and_without_a_value(aws):
    name = a_secret(aws)
    assert "VersionId" not in aws.secretsmanager.update_secret(SecretId=name, Description="new"), "made a version"
    assert aws.secretsmanager.describe_secret(SecretId=name)["Description"] == "new", "not described anew"
    made = aws.secretsmanager.update_secret(SecretId=name, SecretString="two")
    assert stages(aws, name)[made["VersionId"]] == ["AWSCURRENT"], stages(aws, name)


@case("secretsmanager:UpdateSecretVersionStage", page=STAGE)
def a_pending_version_becomes_current(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    aws.secretsmanager.put_secret_value(
        SecretId=name, SecretString="two", ClientRequestToken=TWO, VersionStages=["AWSPENDING"]
    )
    assert aws.secretsmanager.get_secret_value(SecretId=name)["SecretString"] == "one", "current too early"
    aws.secretsmanager.update_secret_version_stage(
        SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=TWO, RemoveFromVersionId=ONE
    )
    found = {version: sorted(labels) for version, labels in stages(aws, name).items()}
    assert found == {ONE: ["AWSPREVIOUS"], TWO: ["AWSCURRENT", "AWSPENDING"]}, found


@case("secretsmanager:UpdateSecretVersionStage", error="InvalidParameterException", page=STAGE)
def moving_the_current_label_names_where_it_is(aws):
    name = a_secret(aws, ClientRequestToken=ONE)
    aws.secretsmanager.put_secret_value(
        SecretId=name, SecretString="two", ClientRequestToken=TWO, VersionStages=["AWSPENDING"]
    )
    text = f"Staging label AWSCURRENT is currently attached to version {ONE}"
    with aws.refused("InvalidParameterException", text, status=400):
        aws.secretsmanager.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=TWO)


@case("secretsmanager:RotateSecret", error="InvalidRequestException", page=ROTATE)
def a_rotation_needs_a_function(aws):
    name = a_secret(aws)
    text = "No Lambda rotation function ARN is associated with this secret."
    with aws.refused("InvalidRequestException", text, status=400):
        aws.secretsmanager.rotate_secret(SecretId=name)


@case("secretsmanager:RotateSecret", error="InvalidRequestException", page=ROTATE)
def a_rotation_waits_for_the_one_before(aws):
    name = a_secret(aws)
    aws.secretsmanager.put_secret_value(SecretId=name, SecretString="two", VersionStages=["AWSPENDING"])
    text = "A previous rotation isn't complete. That rotation will be reattempted."
    with aws.refused("InvalidRequestException", text):
        aws.secretsmanager.rotate_secret(
            SecretId=name, RotationLambdaARN=f"arn:aws:lambda:{aws.region}:123456789012:function:rotate"
        )


@case("secretsmanager:RotateSecret", "secretsmanager:CancelRotateSecret", page=ROTATE)
def a_rotation_is_described_and_cancelled(aws):
    name = a_secret(aws)
    function = f"arn:aws:lambda:{aws.region}:123456789012:function:rotate"
    aws.secretsmanager.rotate_secret(
        SecretId=name,
        RotationLambdaARN=function,
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    found = aws.secretsmanager.describe_secret(SecretId=name)
    assert found["RotationEnabled"] is True and found["RotationLambdaARN"] == function, found
    assert found["RotationRules"]["AutomaticallyAfterDays"] == 30, found
    aws.secretsmanager.cancel_rotate_secret(SecretId=name)
    assert aws.secretsmanager.describe_secret(SecretId=name).get("RotationEnabled") is False, "not cancelled"


@case("secretsmanager:BatchGetSecretValue", page="SM-API/API_BatchGetSecretValue")
def a_batch_tells_what_it_can_not_read(aws):
    name, none = a_secret(aws), aws.name("none")
    found = aws.secretsmanager.batch_get_secret_value(SecretIdList=[name, none])
    assert [one["SecretString"] for one in found["SecretValues"]] == ["one"], found
    (error,) = found["Errors"]
    assert (error["SecretId"], error["ErrorCode"]) == (none, "ResourceNotFoundException"), error


@case(
    "secretsmanager:BatchGetSecretValue", error="InvalidParameterException", page="SM-API/API_BatchGetSecretValue"
)
def a_batch_is_by_names_or_by_filters(aws):
    text = "Either 'SecretIdList' or 'Filters' must be provided, but not both."
    with aws.refused("InvalidParameterException", text, status=400):
        aws.secretsmanager.batch_get_secret_value()
    with aws.refused("InvalidParameterException", "'Filters' must also be specified when 'MaxResults' is provided."):
        aws.secretsmanager.batch_get_secret_value(SecretIdList=[a_secret(aws)], MaxResults=2)


@case("secretsmanager:GetRandomPassword", page="SM-API/API_GetRandomPassword")
def a_password_has_the_kinds_that_were_asked_for(aws):
    found = aws.secretsmanager.get_random_password(PasswordLength=40, ExcludePunctuation=True)["RandomPassword"]
    assert len(found) == 40 and found.isalnum(), found
    assert any(c.isdigit() for c in found) and any(c.isupper() for c in found), found


@case("secretsmanager:CreateSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", page=CREATE)
def the_cli_keeps_and_reads_secrets(aws):
    name = aws.name("cli")
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)
    aws.cli("secretsmanager", "create-secret", "--name", name, "--secret-string", "one")
    aws.cli("secretsmanager", "put-secret-value", "--secret-id", name, "--secret-string", "two")
    found = aws.cli("secretsmanager", "get-secret-value", "--secret-id", name)
    assert found["SecretString"] == "two", found
