import json

from harness import case
from harness.things import a_parameter

PUT = "SSM-API/API_PutParameter"
GET = "SSM-API/API_GetParameter"


@case("ssm:PutParameter", "ssm:GetParameter", page=PUT)
def a_parameter_is_kept_under_rising_versions(aws):
    name = a_parameter(aws)
    second = aws.ssm.put_parameter(Name=name, Value="two", Overwrite=True)
    assert second["Version"] == 2 and second["Tier"] == "Standard", second
    found = aws.ssm.get_parameter(Name=name)["Parameter"]
    assert (found["Value"], found["Version"], found["Type"]) == ("two", 2, "String"), found
    assert found["ARN"].endswith(f":parameter{name}"), found["ARN"]
    assert found["DataType"] == "text", found


@case("ssm:GetParameter", page=GET)
def a_version_is_read_by_its_number(aws):
    name = a_parameter(aws)
    aws.ssm.put_parameter(Name=name, Value="two", Overwrite=True)
    found = aws.ssm.get_parameter(Name=f"{name}:1")["Parameter"]
    assert (found["Value"], found["Selector"]) == ("one", ":1"), found


@case("ssm:GetParameter", page=GET)
def secure_strings_are_shown_decrypted_only_when_asked_for(aws):
    name = a_parameter(aws, Type="SecureString", Value="hush")
    assert aws.ssm.get_parameter(Name=name)["Parameter"]["Value"] != "hush", "shown without WithDecryption"
    assert aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "hush", "not decrypted"


@case("ssm:GetParameter", error="ParameterNotFound", page=GET)
def an_unknown_parameter_is_not_found(aws):
    with aws.refused("ParameterNotFound", status=400):
        aws.ssm.get_parameter(Name="/" + aws.name("none"))


@case("ssm:GetParameter", error="ParameterVersionNotFound", page=GET)
def an_unknown_version_is_not_found(aws):
    name = a_parameter(aws)
    with aws.refused("ParameterVersionNotFound", "Systems Manager could not find version 7"):
        aws.ssm.get_parameter(Name=f"{name}:7")


@case("ssm:GetParameter", "ssm:DeleteParameter", shows="validation", page=GET)
def a_name_is_needed(aws):
    with aws.refused("ValidationException", "Value null at 'name' failed to satisfy constraint: Member must not be null"):
        aws.client("ssm", unchecked=True).get_parameter()
    with aws.refused("ValidationException", "Value null at 'name' failed to satisfy constraint: Member must not be null"):
        aws.client("ssm", unchecked=True).delete_parameter()


@case("ssm:PutParameter", error="ParameterAlreadyExists", page=PUT)
def a_parameter_is_not_overwritten_unasked(aws):
    name = a_parameter(aws)
    with aws.refused("ParameterAlreadyExists", "The parameter already exists."):
        aws.ssm.put_parameter(Name=name, Value="two", Type="String")


@case("ssm:PutParameter", error="HierarchyLevelLimitExceededException", page=PUT)
def hierarchies_have_at_most_15_levels(aws):
    with aws.refused("HierarchyLevelLimitExceededException"):
        aws.ssm.put_parameter(Name="/" + aws.name() + "/a" * 15, Value="x", Type="String")


@case("ssm:PutParameter", error="HierarchyTypeMismatchException", page=PUT)
def the_type_of_a_parameter_does_not_change(aws):
    name = a_parameter(aws)
    with aws.refused("HierarchyTypeMismatchException"):
        aws.ssm.put_parameter(Name=name, Value="x", Type="SecureString", Overwrite=True)


@case("ssm:PutParameter", error="InvalidAllowedPatternException", page=PUT)
def a_pattern_that_is_none_is_refused(aws):
    with aws.refused("InvalidAllowedPatternException"):
        aws.ssm.put_parameter(Name="/" + aws.name(), Value="x", Type="String", AllowedPattern="(")


@case("ssm:PutParameter", error="ParameterPatternMismatchException", page=PUT)
def a_value_has_to_match_its_pattern(aws):
    with aws.refused("ParameterPatternMismatchException"):
        aws.ssm.put_parameter(Name="/" + aws.name(), Value="x1", Type="String", AllowedPattern="^\\d+$")


@case("ssm:PutParameter", shows="validation", page=PUT)
def a_type_that_is_no_type_fails_the_enumeration(aws):
    with aws.refused("ValidationException", "at 'type' failed to satisfy constraint: Member must satisfy enum value set"):
        aws.ssm.put_parameter(Name="/" + aws.name(), Value="x", Type="Secret")


@case("ssm:PutParameter", shows="validation", page=PUT)
def a_new_parameter_needs_a_type(aws):
    with aws.refused("ValidationException", "A parameter type is required when you create a parameter."):
        aws.ssm.put_parameter(Name="/" + aws.name(), Value="x")


@case("ssm:PutParameter", shows="validation", page=PUT)
def standard_values_have_at_most_4096_characters(aws):
    with aws.refused("ValidationException", "Standard tier parameters support a maximum parameter value of 4096"):
        aws.ssm.put_parameter(Name="/" + aws.name(), Value="x" * 4097, Type="String")


@case("ssm:PutParameter", shows="validation", page=PUT)
def tags_and_overwrite_do_not_go_together(aws):
    name = a_parameter(aws)
    with aws.refused("ValidationException", "tags and overwrite can't be used together"):
        aws.ssm.put_parameter(Name=name, Value="x", Overwrite=True, Tags=[{"Key": "a", "Value": "b"}])


@case("ssm:PutParameter", shows="validation", page=PUT)
def an_empty_pattern_is_none(aws):
    """As Terraform's provider sends it."""
    name = "/" + aws.name("parameter")
    aws.ssm.put_parameter(Name=name, Value="x", Type="String", AllowedPattern="")
    aws.cleanup(aws.ssm.delete_parameter, Name=name)
    assert aws.ssm.get_parameter(Name=name)["Parameter"]["Value"] == "x", "not kept"


@case("ssm:GetParameters", page="SSM-API/API_GetParameters")
def several_are_read_at_once_and_the_unknown_named(aws):
    name = a_parameter(aws)
    none = "/" + aws.name("none")
    answer = aws.ssm.get_parameters(Names=[none, name])
    assert [one["Name"] for one in answer["Parameters"]] == [name], answer
    assert answer["InvalidParameters"] == [none], answer


@case("ssm:GetParameters", shows="validation", page="SSM-API/API_GetParameters")
def at_most_10_names_are_read_at_once(aws):
    with aws.refused("ValidationException", "Member must have length less than or equal to 10"):
        aws.client("ssm", unchecked=True).get_parameters(Names=[f"/n{at}" for at in range(11)])


@case("ssm:GetParametersByPath", shows="paging", page="SSM-API/API_GetParametersByPath")
def a_path_is_read_in_pages(aws):
    path = "/" + aws.name("path")
    for at in range(5):
        aws.ssm.put_parameter(Name=f"{path}/p{at}", Value=str(at), Type="String")
        aws.cleanup(aws.ssm.delete_parameter, Name=f"{path}/p{at}")
    pages = aws.pages(
        "ssm", "get_parameters_by_path", "Parameters", Path=path, PaginationConfig={"PageSize": 2, "MaxItems": 100}
    )
    assert [len(page) for page in pages if page] == [2, 2, 1], [len(page) for page in pages]
    assert sorted(one["Value"] for page in pages for one in page) == list("01234"), pages


@case("ssm:GetParametersByPath", page="SSM-API/API_GetParametersByPath")
def a_path_has_its_own_level_unless_asked_for_all(aws):
    path = "/" + aws.name("path")
    for name in (f"{path}/a", f"{path}/b/c"):
        aws.ssm.put_parameter(Name=name, Value="x", Type="String")
        aws.cleanup(aws.ssm.delete_parameter, Name=name)
    one = [found["Name"] for found in aws.ssm.get_parameters_by_path(Path=path)["Parameters"]]
    assert one == [f"{path}/a"], one
    all_of_it = aws.ssm.get_parameters_by_path(Path=path, Recursive=True)["Parameters"]
    assert sorted(found["Name"] for found in all_of_it) == [f"{path}/a", f"{path}/b/c"], all_of_it


@case("ssm:GetParameterHistory", page="SSM-API/API_GetParameterHistory")
def the_history_has_every_version(aws):
    name = a_parameter(aws)
    aws.ssm.put_parameter(Name=name, Value="two", Overwrite=True)
    history = aws.ssm.get_parameter_history(Name=name)["Parameters"]
    assert [(one["Version"], one["Value"]) for one in history] == [(1, "one"), (2, "two")], history


@case("ssm:GetParameterHistory", error="ParameterNotFound", page="SSM-API/API_GetParameterHistory")
def an_unknown_parameter_has_no_history(aws):
    with aws.refused("ParameterNotFound"):
        aws.ssm.get_parameter_history(Name="/" + aws.name("none"))


@case("ssm:DescribeParameters", page="SSM-API/API_DescribeParameters")
def a_parameter_is_described_by_name_without_its_value(aws):
    name = a_parameter(aws, Description="what it is", Tags=[{"Key": "team", "Value": "a"}])
    found = aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Option": "Equals", "Values": [name]}])
    (one,) = found["Parameters"]
    assert (one["Name"], one["Description"], one["Version"], one["Tier"]) == (name, "what it is", 1, "Standard"), one
    assert "Value" not in one, one


@case("ssm:DescribeParameters", shows="paging", page="SSM-API/API_DescribeParameters")
def descriptions_come_in_pages(aws):
    prefix = "/" + aws.name("many")
    for at in range(3):
        aws.ssm.put_parameter(Name=f"{prefix}/{at}", Value="x", Type="String")
        aws.cleanup(aws.ssm.delete_parameter, Name=f"{prefix}/{at}")
    pages = aws.pages(
        *("ssm", "describe_parameters", "Parameters"),
        ParameterFilters=[{"Key": "Name", "Option": "BeginsWith", "Values": [prefix]}],
        PaginationConfig={"PageSize": 2},
    )
    names = [one["Name"] for page in pages for one in page]
    assert sorted(names) == [f"{prefix}/{at}" for at in range(3)], names
    assert max(len(page) for page in pages) <= 2, pages


@case("ssm:DescribeParameters", error="InvalidFilterKey", page="SSM-API/API_DescribeParameters")
def an_unknown_filter_key_is_refused(aws):
    with aws.refused("InvalidFilterKey"):
        aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Colour", "Option": "Equals", "Values": ["x"]}])


@case("ssm:DescribeParameters", error="InvalidFilterOption", page="SSM-API/API_DescribeParameters")
def an_unknown_filter_option_is_refused(aws):
    with aws.refused("InvalidFilterOption"):
        aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Option": "Sounds", "Values": ["x"]}])


@case("ssm:DescribeParameters", error="InvalidFilterValue", page="SSM-API/API_DescribeParameters")
def a_filter_value_that_no_parameter_can_have_is_refused(aws):
    with aws.refused("InvalidFilterValue"):
        aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Type", "Option": "Equals", "Values": ["Number"]}])


@case("ssm:DescribeParameters", error="InvalidNextToken", page="SSM-API/API_DescribeParameters")
def a_token_that_was_not_given_is_refused(aws):
    with aws.refused("InvalidNextToken"):
        aws.ssm.describe_parameters(NextToken="nothing of ours")


@case("ssm:DescribeParameters", shows="validation", page="SSM-API/API_DescribeParameters")
def pages_of_descriptions_have_at_most_50(aws):
    with aws.refused("ValidationException", "Member must have value less than or equal to 50"):
        aws.client("ssm", unchecked=True).describe_parameters(MaxResults=51)


@case("ssm:DeleteParameter", "ssm:GetParameter", page="SSM-API/API_DeleteParameter")
def a_deleted_parameter_is_gone(aws):
    name = a_parameter(aws)
    assert aws.ssm.get_parameter(Name=name)["Parameter"]["Name"] == name
    aws.ssm.delete_parameter(Name=name)
    with aws.refused("ParameterNotFound"):
        aws.ssm.get_parameter(Name=name)


@case("ssm:DeleteParameter", error="ParameterNotFound", page="SSM-API/API_DeleteParameter")
def what_is_not_there_cannot_be_deleted(aws):
    with aws.refused("ParameterNotFound"):
        aws.ssm.delete_parameter(Name="/" + aws.name("none"))


@case("ssm:DeleteParameters", page="SSM-API/API_DeleteParameters")
def several_are_deleted_at_once_and_the_unknown_named(aws):
    name = a_parameter(aws)
    none = "/" + aws.name("none")
    answer = aws.ssm.delete_parameters(Names=[name, none])
    assert answer["DeletedParameters"] == [name] and answer["InvalidParameters"] == [none], answer


@case("ssm:AddTagsToResource", "ssm:ListTagsForResource", "ssm:RemoveTagsFromResource", page="SSM-API/API_AddTagsToResource")
def tags_are_added_listed_and_removed(aws):
    name = a_parameter(aws)
    on = {"ResourceType": "Parameter", "ResourceId": name}
    aws.ssm.add_tags_to_resource(**on, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    aws.ssm.add_tags_to_resource(**on, Tags=[{"Key": "a", "Value": "3"}])
    tags = {tag["Key"]: tag["Value"] for tag in aws.ssm.list_tags_for_resource(**on)["TagList"]}
    assert tags == {"a": "3", "b": "2"}, tags
    aws.ssm.remove_tags_from_resource(**on, TagKeys=["a"])
    assert aws.ssm.list_tags_for_resource(**on)["TagList"] == [{"Key": "b", "Value": "2"}], "a is still there"


@case("ssm:AddTagsToResource", "ssm:ListTagsForResource", error="InvalidResourceId", page="SSM-API/API_AddTagsToResource")
def what_is_not_there_has_no_tags(aws):
    on = {"ResourceType": "Parameter", "ResourceId": "/" + aws.name("none")}
    with aws.refused("InvalidResourceId"):
        aws.ssm.add_tags_to_resource(**on, Tags=[{"Key": "a", "Value": "1"}])
    with aws.refused("InvalidResourceId"):
        aws.ssm.list_tags_for_resource(**on)


@case("ssm:AddTagsToResource", "ssm:ListTagsForResource", error="InvalidResourceType", page="SSM-API/API_AddTagsToResource")
def a_resource_type_that_is_none_is_refused(aws):
    on = {"ResourceType": "Secret", "ResourceId": "x"}
    with aws.refused("InvalidResourceType"):
        aws.ssm.add_tags_to_resource(**on, Tags=[{"Key": "a", "Value": "1"}])
    with aws.refused("InvalidResourceType"):
        aws.ssm.list_tags_for_resource(**on)


@case("ssm:AddTagsToResource", "ssm:ListTagsForResource", shows="validation", page="SSM-API/API_AddTagsToResource")
def tags_are_of_something(aws):
    unchecked = aws.client("ssm", unchecked=True)
    with aws.refused("ValidationException", "at 'resourceId' failed to satisfy constraint: Member must not be null"):
        unchecked.add_tags_to_resource(ResourceType="Parameter", Tags=[{"Key": "a", "Value": "1"}])
    with aws.refused("ValidationException", "at 'resourceId' failed to satisfy constraint: Member must not be null"):
        unchecked.list_tags_for_resource(ResourceType="Parameter")


@case("ssm:AddTagsToResource", error="TooManyTagsError", page="SSM-API/API_AddTagsToResource")
def a_parameter_has_at_most_50_tags(aws):
    name = a_parameter(aws)
    with aws.refused("TooManyTagsError"):
        aws.ssm.add_tags_to_resource(
            ResourceType="Parameter",
            ResourceId=name,
            Tags=[{"Key": f"k{at}", "Value": "v"} for at in range(51)],
        )


LABEL = "SSM-API/API_LabelParameterVersion"
UNLABEL = "SSM-API/API_UnlabelParameterVersion"


@case("ssm:LabelParameterVersion", "ssm:GetParameter", page=LABEL)
def a_version_is_read_by_its_label(aws):
    name = a_parameter(aws)
    aws.ssm.put_parameter(Name=name, Value="two", Overwrite=True)
    answer = aws.ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["stable"])
    assert answer["InvalidLabels"] == [] and answer["ParameterVersion"] == 1, answer
    found = aws.ssm.get_parameter(Name=f"{name}:stable")["Parameter"]
    assert (found["Value"], found["Version"], found["Selector"]) == ("one", 1, ":stable"), found
    arn = found["ARN"]
    assert aws.ssm.get_parameter(Name=f"{arn}:stable")["Parameter"]["Value"] == "one", "not by its ARN"


@case("ssm:LabelParameterVersion", "ssm:GetParameterHistory", page=LABEL)
def a_label_is_on_one_version_and_moves(aws):
    name = a_parameter(aws)
    aws.ssm.put_parameter(Name=name, Value="two", Overwrite=True)
    aws.ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["stable", "first"])
    answer = aws.ssm.label_parameter_version(Name=name, Labels=["stable"])
    assert answer["ParameterVersion"] == 2, "without a version the latest is meant"
    history = aws.ssm.get_parameter_history(Name=name)["Parameters"]
    assert [one["Labels"] for one in history] == [["first"], ["stable"]], history


@case("ssm:LabelParameterVersion", shows="validation", page=LABEL)
def what_is_no_label_is_named_and_the_others_are_put_on(aws):
    name = a_parameter(aws)
    wrong = ["1st", "awsome", "SSMish", "with space"]
    answer = aws.ssm.label_parameter_version(Name=name, Labels=[*wrong, "fine-1.0_x"])
    assert sorted(answer["InvalidLabels"]) == sorted(wrong), answer
    assert aws.ssm.get_parameter(Name=f"{name}:fine-1.0_x")["Parameter"]["Version"] == 1, "not put on"


@case("ssm:LabelParameterVersion", error="ParameterVersionLabelLimitExceeded", page=LABEL)
def a_version_has_at_most_10_labels(aws):
    name = a_parameter(aws)
    aws.ssm.label_parameter_version(Name=name, Labels=[f"label-{at}" for at in range(10)])
    with aws.refused("ParameterVersionLabelLimitExceeded", "A parameter version can have maximum 10 labels."):
        aws.ssm.label_parameter_version(Name=name, Labels=["one-more"])


@case("ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion", error="ParameterNotFound", page=LABEL)
def what_is_not_there_has_no_labels(aws):
    none = "/" + aws.name("none")
    with aws.refused("ParameterNotFound"):
        aws.ssm.label_parameter_version(Name=none, Labels=["a"])
    with aws.refused("ParameterNotFound"):
        aws.ssm.unlabel_parameter_version(Name=none, ParameterVersion=1, Labels=["a"])


@case("ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion", error="ParameterVersionNotFound", page=LABEL)
def a_version_that_is_not_there_has_no_labels(aws):
    name = a_parameter(aws)
    with aws.refused("ParameterVersionNotFound", "could not find version 7"):
        aws.ssm.label_parameter_version(Name=name, ParameterVersion=7, Labels=["a"])
    with aws.refused("ParameterVersionNotFound", "could not find version 7"):
        aws.ssm.unlabel_parameter_version(Name=name, ParameterVersion=7, Labels=["a"])


@case("ssm:UnlabelParameterVersion", page=UNLABEL)
def labels_are_taken_off_and_the_unknown_named(aws):
    name = a_parameter(aws)
    aws.ssm.label_parameter_version(Name=name, Labels=["stable", "kept"])
    answer = aws.ssm.unlabel_parameter_version(Name=name, ParameterVersion=1, Labels=["stable", "never"])
    assert answer["RemovedLabels"] == ["stable"] and answer["InvalidLabels"] == ["never"], answer
    (only,) = aws.ssm.get_parameter_history(Name=name)["Parameters"]
    assert only["Labels"] == ["kept"], only


@case("ssm:GetParameter", error="ParameterVersionNotFound", page=GET)
def a_label_that_is_taken_off_no_longer_reads(aws):
    name = a_parameter(aws)
    aws.ssm.label_parameter_version(Name=name, Labels=["stable"])
    assert aws.ssm.get_parameter(Name=f"{name}:stable")["Parameter"]["Version"] == 1, "not by its label"
    aws.ssm.unlabel_parameter_version(Name=name, ParameterVersion=1, Labels=["stable"])
    with aws.refused("ParameterVersionNotFound"):
        aws.ssm.get_parameter(Name=f"{name}:stable")


@case("ssm:GetParameters", "ssm:LabelParameterVersion", page="SSM-API/API_GetParameters")
def several_are_read_by_label_and_version(aws):
    one, two = a_parameter(aws), a_parameter(aws)
    aws.ssm.label_parameter_version(Name=one, Labels=["stable"])
    answer = aws.ssm.get_parameters(Names=[f"{one}:stable", f"{two}:1", f"{two}:9"])
    assert sorted(found["Selector"] for found in answer["Parameters"]) == [":1", ":stable"], answer
    assert answer["InvalidParameters"] == [f"{two}:9"], answer


@case("ssm:GetParametersByPath", "ssm:LabelParameterVersion", page="SSM-API/API_ParameterStringFilter")
def a_path_is_read_by_label_and_by_type(aws):
    path = "/" + aws.name("path")
    for name, kind in (("a", "String"), ("b", "StringList")):
        aws.ssm.put_parameter(Name=f"{path}/{name}", Value="x", Type=kind)
        aws.cleanup(aws.ssm.delete_parameter, Name=f"{path}/{name}")
    aws.ssm.label_parameter_version(Name=f"{path}/a", Labels=["stable"])
    for key, value, expected in (("Label", "stable", "a"), ("Type", "StringList", "b")):
        found = aws.ssm.get_parameters_by_path(
            Path=path, ParameterFilters=[{"Key": key, "Option": "Equals", "Values": [value]}]
        )["Parameters"]
        assert [one["Name"] for one in found] == [f"{path}/{expected}"], (key, found)


@case("ssm:GetParametersByPath", error="InvalidFilterKey", page="SSM-API/API_ParameterStringFilter")
def a_path_is_not_filtered_by_name(aws):
    with aws.refused("InvalidFilterKey"):
        aws.ssm.get_parameters_by_path(Path="/x", ParameterFilters=[{"Key": "Name", "Values": ["a"]}])


@case("ssm:GetParametersByPath", error="InvalidFilterOption", page="SSM-API/API_ParameterStringFilter")
def labels_are_filtered_by_equality_alone(aws):
    with aws.refused("InvalidFilterOption"):
        aws.ssm.get_parameters_by_path(
            Path="/x", ParameterFilters=[{"Key": "Label", "Option": "BeginsWith", "Values": ["a"]}]
        )


@case("ssm:GetParametersByPath", error="InvalidFilterValue", page="SSM-API/API_GetParametersByPath")
def a_path_is_not_filtered_by_a_type_that_is_none(aws):
    with aws.refused("InvalidFilterValue"):
        aws.ssm.get_parameters_by_path(Path="/x", ParameterFilters=[{"Key": "Type", "Values": ["Number"]}])


@case("ssm:GetParametersByPath", "ssm:GetParameterHistory", error="InvalidNextToken", page="SSM-API/API_GetParametersByPath")
def tokens_that_were_not_given_are_refused_everywhere(aws):
    name = a_parameter(aws)
    with aws.refused("InvalidNextToken"):
        aws.ssm.get_parameters_by_path(Path="/x", NextToken="nothing of ours")
    with aws.refused("InvalidNextToken"):
        aws.ssm.get_parameter_history(Name=name, NextToken="nothing of ours")


@case("ssm:GetParametersByPath", shows="validation", page="SSM-API/API_GetParametersByPath")
def a_path_has_pages_of_at_most_10(aws):
    with aws.refused("ValidationException", "Member must have value less than or equal to 10"):
        aws.client("ssm", unchecked=True).get_parameters_by_path(Path="/x", MaxResults=11)


@case("ssm:GetParameterHistory", shows="paging", page="SSM-API/API_GetParameterHistory")
def a_history_comes_in_pages(aws):
    name = a_parameter(aws)
    for value in ("two", "three"):
        aws.ssm.put_parameter(Name=name, Value=value, Overwrite=True)
    pages = aws.pages("ssm", "get_parameter_history", "Parameters", Name=name, PaginationConfig={"PageSize": 2})
    assert [one["Version"] for page in pages for one in page] == [1, 2, 3], pages
    assert max(len(page) for page in pages) <= 2, pages


@case("ssm:PutParameter", error="ParameterMaxVersionLimitExceeded", page=PUT)
def a_labelled_version_is_never_pushed_out(aws):
    name = a_parameter(aws)
    aws.ssm.label_parameter_version(Name=name, Labels=["stable"])
    for at in range(99):
        aws.ssm.put_parameter(Name=name, Value=str(at), Overwrite=True)
    with aws.refused("ParameterMaxVersionLimitExceeded", "the oldest version, can't be deleted"):
        aws.ssm.put_parameter(Name=name, Value="x", Overwrite=True)
    aws.ssm.label_parameter_version(Name=name, Labels=["stable"])
    aws.ssm.put_parameter(Name=name, Value="x", Overwrite=True)
    oldest = aws.ssm.get_parameter_history(Name=name, MaxResults=1)["Parameters"][0]
    assert oldest["Version"] == 2, oldest


@case("ssm:PutParameter", page="SSM-UG/ps-default-tier")
def intelligent_tiering_chooses_by_what_is_needed(aws):
    small = "/" + aws.name("small")
    large = "/" + aws.name("large")
    for name, value, expected in ((small, "x", "Standard"), (large, "x" * 5000, "Advanced")):
        answer = aws.ssm.put_parameter(Name=name, Value=value, Type="String", Tier="Intelligent-Tiering")
        aws.cleanup(aws.ssm.delete_parameter, Name=name)
        assert answer["Tier"] == expected, answer


@case("ssm:PutParameter", shows="validation", page="SSM-UG/parameter-store-advanced-parameters")
def an_advanced_parameter_stays_one(aws):
    name = a_parameter(aws, Tier="Advanced")
    assert aws.ssm.put_parameter(Name=name, Value="x", Overwrite=True)["Tier"] == "Advanced", "it has changed its tier"
    with aws.refused("ValidationException", "You can't downgrade a parameter"):
        aws.ssm.put_parameter(Name=name, Value="x", Overwrite=True, Tier="Standard")


@case("ssm:GetParameter", page="SSM-UG/integration-ps-secretsmanager")
def a_secret_is_read_as_a_parameter(aws):
    secret = aws.name("secret")
    made = aws.secretsmanager.create_secret(Name=secret, SecretString="hush")
    aws.cleanup(aws.secretsmanager.delete_secret, SecretId=secret, ForceDeleteWithoutRecovery=True)
    found = aws.ssm.get_parameter(Name=f"/aws/reference/secretsmanager/{secret}", WithDecryption=True)["Parameter"]
    assert (found["Value"], found["Type"], found["ARN"]) == ("hush", "SecureString", made["ARN"]), found
    assert json.loads(found["SourceResult"])["VersionId"] == made["VersionId"], found["SourceResult"]


@case("ssm:GetParameter", shows="validation", page="SSM-UG/integration-ps-secretsmanager")
def a_secret_is_read_decrypted_alone(aws):
    with aws.refused("ValidationException", "WithDecryption flag must be True"):
        aws.ssm.get_parameter(Name=f"/aws/reference/secretsmanager/{aws.name('none')}")


@case("ssm:GetParameter", error="ParameterNotFound", page="SSM-UG/integration-ps-secretsmanager")
def a_secret_that_is_not_there_is_no_parameter(aws):
    with aws.refused("ParameterNotFound", "when referencing Secrets Manager"):
        aws.ssm.get_parameter(Name=f"/aws/reference/secretsmanager/{aws.name('none')}", WithDecryption=True)
