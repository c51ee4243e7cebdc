import base64
import hashlib
import json

from harness import case

CREATE = "ECR-API/API_CreateRepository"
PUT = "ECR-API/API_PutImage"
LIFECYCLE = "ECR-API/API_PutLifecyclePolicy"

POLICY = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 7,
            },
            "action": {"type": "expire"},
        }
    ]
}


def a_repository(aws, **members):
    name = aws.name("repository")
    aws.ecr.create_repository(repositoryName=name, **members)
    aws.cleanup(aws.ecr.delete_repository, repositoryName=name, force=True)
    return name


def arn_of(aws, name):
    return aws.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryArn"]


def layer(aws, repository, content):
    """The digest of a layer that was uploaded, where layers are looked for."""
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    try:
        upload = aws.ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        aws.ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload,
            partFirstByte=0,
            partLastByte=len(content) - 1,
            layerPartBlob=content,
        )
        aws.ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[digest])
    except aws.ecr.exceptions.ClientError:
        pass
    return digest


def manifest(aws, repository, what="image"):
    """A manifest that no other has: its digest is its own."""
    config, content = f"{what} config".encode(), f"{what} layer".encode()
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": len(config),
                "digest": layer(aws, repository, config),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "size": len(content),
                    "digest": layer(aws, repository, content),
                }
            ],
        }
    )


def digest_of(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def an_image(aws, repository, tag=None, what="image"):
    text = manifest(aws, repository, what)
    tagged = {"imageTag": tag} if tag else {}
    aws.ecr.put_image(repositoryName=repository, imageManifest=text, **tagged)
    return digest_of(text)


@case("ecr:CreateRepository", "ecr:DescribeRepositories", page=CREATE)
def a_repository_is_described_with_its_uri(aws):
    name = a_repository(aws, imageTagMutability="IMMUTABLE")
    (found,) = aws.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    assert found["repositoryArn"].endswith(f":repository/{name}"), found
    assert found["repositoryUri"].endswith(f"/{name}") and ".dkr.ecr." in found["repositoryUri"], found
    assert found["imageTagMutability"] == "IMMUTABLE", found
    assert found["encryptionConfiguration"] == {"encryptionType": "AES256"}, found
    assert found["imageScanningConfiguration"] == {"scanOnPush": False}, found


@case("ecr:CreateRepository", error="RepositoryAlreadyExistsException", page=CREATE)
def a_repository_is_there_once(aws):
    name = a_repository(aws)
    with aws.refused("RepositoryAlreadyExistsException", f"The repository with name '{name}' already exists in the registry"):
        aws.ecr.create_repository(repositoryName=name)


@case(
    *("ecr:CreateRepository", "ecr:DeleteRepository", "ecr:DescribeRepositories", "ecr:DescribeImages"),
    *("ecr:BatchGetImage", "ecr:PutImage", "ecr:GetLifecyclePolicy", "ecr:PutLifecyclePolicy"),
    *("ecr:DeleteLifecyclePolicy",),
    shows="validation",
    error="InvalidParameterException",
    page=CREATE,
)
def names_of_repositories_are_lower_case(aws):
    ecr, text = aws.ecr, json.dumps(POLICY)
    for call, members in (
        (ecr.create_repository, {}),
        (ecr.delete_repository, {}),
        (ecr.describe_images, {}),
        (ecr.batch_get_image, {"imageIds": [{"imageTag": "one"}]}),
        (ecr.put_image, {"imageManifest": "{}"}),
        (ecr.get_lifecycle_policy, {}),
        (ecr.put_lifecycle_policy, {"lifecyclePolicyText": text}),
        (ecr.delete_lifecycle_policy, {}),
    ):
        with aws.refused("InvalidParameterException", "at 'repositoryName' failed to satisfy constraint"):
            call(repositoryName="Upper Case", **members)
    with aws.refused("InvalidParameterException"):
        ecr.describe_repositories(repositoryNames=["Upper Case"])


@case(
    *("ecr:DeleteRepository", "ecr:DescribeRepositories", "ecr:DescribeImages", "ecr:BatchGetImage", "ecr:PutImage"),
    *("ecr:GetLifecyclePolicy", "ecr:PutLifecyclePolicy", "ecr:DeleteLifecyclePolicy", "ecr:BatchDeleteImage"),
    *("ecr:DeleteRepositoryPolicy", "ecr:DescribeImageScanFindings", "ecr:GetLifecyclePolicyPreview"),
    *("ecr:GetRepositoryPolicy", "ecr:ListImages", "ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability"),
    *("ecr:SetRepositoryPolicy", "ecr:StartImageScan", "ecr:StartLifecyclePolicyPreview"),
    error="RepositoryNotFoundException",
    page="ECR-API/API_DescribeRepositories",
)
def an_unknown_repository_is_not_found(aws):
    ecr, name, ids = aws.ecr, aws.name("none"), [{"imageTag": "one"}]
    for call, members in (
        (ecr.delete_repository, {}),
        (ecr.describe_images, {}),
        (ecr.batch_get_image, {"imageIds": ids}),
        (ecr.put_image, {"imageManifest": "{}"}),
        (ecr.get_lifecycle_policy, {}),
        (ecr.put_lifecycle_policy, {"lifecyclePolicyText": json.dumps(POLICY)}),
        (ecr.delete_lifecycle_policy, {}),
        (ecr.batch_delete_image, {"imageIds": ids}),
        (ecr.delete_repository_policy, {}),
        (ecr.describe_image_scan_findings, {"imageId": ids[0]}),
        (ecr.get_lifecycle_policy_preview, {}),
        (ecr.get_repository_policy, {}),
        (ecr.list_images, {}),
        (ecr.put_image_scanning_configuration, {"imageScanningConfiguration": {"scanOnPush": True}}),
        (ecr.put_image_tag_mutability, {"imageTagMutability": "IMMUTABLE"}),
        (ecr.set_repository_policy, {"policyText": '{"Version": "2012-10-17", "Statement": []}'}),
        (ecr.start_image_scan, {"imageId": ids[0]}),
        (ecr.start_lifecycle_policy_preview, {}),
    ):
        with aws.refused("RepositoryNotFoundException", f"The repository with name '{name}' does not exist in the registry"):
            call(repositoryName=name, **members)
    with aws.refused("RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=[name])


@case(
    *("ecr:ListTagsForResource", "ecr:TagResource", "ecr:UntagResource"),
    error="RepositoryNotFoundException",
    page="ECR-API/API_TagResource",
)
def an_unknown_repository_has_no_tags(aws):
    arn = arn_of(aws, a_repository(aws)) + "-none"
    with aws.refused("RepositoryNotFoundException"):
        aws.ecr.list_tags_for_resource(resourceArn=arn)
    with aws.refused("RepositoryNotFoundException"):
        aws.ecr.tag_resource(resourceArn=arn, tags=[{"Key": "a", "Value": "b"}])
    with aws.refused("RepositoryNotFoundException"):
        aws.ecr.untag_resource(resourceArn=arn, tagKeys=["a"])


@case(
    *("ecr:ListTagsForResource", "ecr:TagResource"),
    shows="validation",
    error="InvalidParameterException",
    page="ECR-API/API_TagResource",
)
def an_arn_has_to_be_one(aws):
    with aws.refused("InvalidParameterException", "at 'resourceArn' failed to satisfy constraint"):
        aws.ecr.list_tags_for_resource(resourceArn="no-arn")
    with aws.refused("InvalidParameterException", "at 'resourceArn' failed to satisfy constraint"):
        aws.ecr.tag_resource(resourceArn="no-arn", tags=[{"Key": "a", "Value": "b"}])


@case("ecr:TagResource", "ecr:ListTagsForResource", "ecr:UntagResource", page="ECR-API/API_TagResource")
def tags_are_added_listed_and_removed(aws):
    arn = arn_of(aws, a_repository(aws, tags=[{"Key": "team", "Value": "a"}]))
    aws.ecr.tag_resource(resourceArn=arn, tags=[{"Key": "stage", "Value": "test"}])
    tags = {tag["Key"]: tag["Value"] for tag in aws.ecr.list_tags_for_resource(resourceArn=arn)["tags"]}
    assert tags == {"team": "a", "stage": "test"}, tags
    aws.ecr.untag_resource(resourceArn=arn, tagKeys=["team"])
    tags = aws.ecr.list_tags_for_resource(resourceArn=arn)["tags"]
    assert tags == [{"Key": "stage", "Value": "test"}], tags


@case("ecr:CreateRepository", "ecr:TagResource", error="TooManyTagsException", page="ECR-API/API_TagResource")
def a_repository_has_at_most_50_tags(aws):
    many = [{"Key": f"k{at}", "Value": "v"} for at in range(51)]
    with aws.refused("TooManyTagsException"):
        aws.ecr.create_repository(repositoryName=aws.name("repository"), tags=many)
    arn = arn_of(aws, a_repository(aws, tags=many[:50]))
    with aws.refused("TooManyTagsException"):
        aws.ecr.tag_resource(resourceArn=arn, tags=many[50:])


@case("ecr:DescribeRepositories", shows="paging", page="ECR-API/API_DescribeRepositories")
def repositories_come_in_pages(aws):
    wanted = {a_repository(aws) for _ in range(3)}
    pages = aws.pages(
        "ecr", "describe_repositories", "repositories", PaginationConfig={"PageSize": 2, "MaxItems": 100_000}
    )
    found = [one["repositoryName"] for page in pages for one in page]
    assert wanted <= set(found), wanted - set(found)
    assert max(len(page) for page in pages) <= 2, [len(page) for page in pages]


@case("ecr:PutImage", "ecr:BatchGetImage", "ecr:DescribeImages", page=PUT)
def an_image_is_found_by_tag_and_by_digest(aws):
    name = a_repository(aws)
    text = manifest(aws, name)
    made = aws.ecr.put_image(repositoryName=name, imageManifest=text, imageTag="one")["image"]
    assert made["imageId"] == {"imageDigest": digest_of(text), "imageTag": "one"}, made["imageId"]
    for asked in ({"imageTag": "one"}, {"imageDigest": digest_of(text)}):
        (found,) = aws.ecr.batch_get_image(repositoryName=name, imageIds=[asked])["images"]
        assert found["imageManifest"] == text and found["imageId"]["imageDigest"] == digest_of(text), found
    (detail,) = aws.ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "one"}])["imageDetails"]
    assert detail["imageTags"] == ["one"] and detail["imageSizeInBytes"] > 0, detail


@case("ecr:BatchGetImage", page="ECR-API/API_BatchGetImage")
def an_unknown_image_of_a_batch_is_a_failure_and_no_error(aws):
    answer = aws.ecr.batch_get_image(repositoryName=a_repository(aws), imageIds=[{"imageTag": "none"}])
    assert answer["images"] == [], answer
    (failure,) = answer["failures"]
    assert failure["failureCode"] == "ImageNotFound", failure
    assert failure["failureReason"] == "Requested image not found", failure


@case("ecr:PutImage", page=PUT)
def the_same_image_under_a_second_tag(aws):
    name = a_repository(aws)
    text = manifest(aws, name)
    for tag in ("one", "two"):
        aws.ecr.put_image(repositoryName=name, imageManifest=text, imageTag=tag)
    (detail,) = aws.ecr.describe_images(repositoryName=name)["imageDetails"]
    assert sorted(detail["imageTags"]) == ["one", "two"], detail


@case("ecr:PutImage", error="ImageAlreadyExistsException", page=PUT)
def the_same_image_under_the_same_tag_is_refused(aws):
    name = a_repository(aws)
    text = manifest(aws, name)
    aws.ecr.put_image(repositoryName=name, imageManifest=text, imageTag="one")
    with aws.refused("ImageAlreadyExistsException"):
        aws.ecr.put_image(repositoryName=name, imageManifest=text, imageTag="one")


@case("ecr:PutImage", error="ImageTagAlreadyExistsException", page=PUT)
def an_immutable_tag_stays_where_it_is(aws):
    name = a_repository(aws, imageTagMutability="IMMUTABLE")
    an_image(aws, name, "one", "first")
    with aws.refused("ImageTagAlreadyExistsException", "cannot be overwritten because the repository is immutable"):
        an_image(aws, name, "one", "second")


@case("ecr:PutImage", page=PUT)
def a_mutable_tag_moves(aws):
    name = a_repository(aws)
    an_image(aws, name, "one", "first")
    second = an_image(aws, name, "one", "second")
    (found,) = aws.ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "one"}])["images"]
    assert found["imageId"]["imageDigest"] == second, found
    assert len(aws.ecr.describe_images(repositoryName=name)["imageDetails"]) == 2, "the first is gone"


@case("ecr:PutImage", error="ImageDigestDoesNotMatchException", page=PUT)
def a_digest_has_to_be_that_of_the_manifest(aws):
    name = a_repository(aws)
    with aws.refused("ImageDigestDoesNotMatchException"):
        aws.ecr.put_image(
            repositoryName=name, imageManifest=manifest(aws, name), imageDigest="sha256:" + "0" * 64, imageTag="one"
        )


@case("ecr:DescribeImages", error="ImageNotFoundException", page="ECR-API/API_DescribeImages")
def an_unknown_image_is_not_found(aws):
    name = a_repository(aws)
    with aws.refused("ImageNotFoundException", "does not exist within the repository with name"):
        aws.ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "none"}])


@case(
    *("ecr:StartImageScan", "ecr:DescribeImageScanFindings"),
    error="ImageNotFoundException",
    page="ECR-API/API_StartImageScan",
)
def an_unknown_image_is_not_scanned(aws):
    name = a_repository(aws)
    with aws.refused("ImageNotFoundException"):
        aws.ecr.start_image_scan(repositoryName=name, imageId={"imageTag": "none"})
    with aws.refused("ImageNotFoundException"):
        aws.ecr.describe_image_scan_findings(repositoryName=name, imageId={"imageTag": "none"})


@case("ecr:DescribeImageScanFindings", error="ScanNotFoundException", page="ECR-API/API_DescribeImageScanFindings")
def an_image_that_was_not_scanned_has_no_findings(aws):
    name = a_repository(aws)
    an_image(aws, name, "one")
    with aws.refused("ScanNotFoundException"):
        aws.ecr.describe_image_scan_findings(repositoryName=name, imageId={"imageTag": "one"})


@case("ecr:StartImageScan", "ecr:DescribeImageScanFindings", page="ECR-API/API_StartImageScan")
def a_scan_comes_to_an_end(aws):
    name = a_repository(aws)
    an_image(aws, name, "one")
    started = aws.ecr.start_image_scan(repositoryName=name, imageId={"imageTag": "one"})
    assert started["imageScanStatus"]["status"] in ("IN_PROGRESS", "COMPLETE"), started

    def over():
        found = aws.ecr.describe_image_scan_findings(repositoryName=name, imageId={"imageTag": "one"})
        assert found["imageScanStatus"]["status"] != "IN_PROGRESS", found

    aws.eventually(over)


@case("ecr:DescribeImages", shows="paging", page="ECR-API/API_DescribeImages")
def images_come_in_pages(aws):
    name = a_repository(aws)
    wanted = sorted(an_image(aws, name, f"t{at}", f"image {at}") for at in range(3))
    pages = aws.pages("ecr", "describe_images", "imageDetails", repositoryName=name, PaginationConfig={"PageSize": 2})
    assert sorted(one["imageDigest"] for page in pages for one in page) == wanted, pages
    assert max(len(page) for page in pages) <= 2, [len(page) for page in pages]


@case("ecr:ListImages", page="ECR-API/API_ListImages")
def images_are_listed_by_whether_they_have_a_tag(aws):
    name = a_repository(aws)
    tagged, untagged = an_image(aws, name, "one", "first"), an_image(aws, name, None, "second")
    of = lambda status: aws.ecr.list_images(repositoryName=name, filter={"tagStatus": status})["imageIds"]  # noqa: E731
    assert of("TAGGED") == [{"imageDigest": tagged, "imageTag": "one"}], of("TAGGED")
    assert of("UNTAGGED") == [{"imageDigest": untagged}], of("UNTAGGED")


@case("ecr:BatchDeleteImage", page="ECR-API/API_BatchDeleteImage")
def a_tag_is_deleted_and_with_its_last_one_the_image(aws):
    name = a_repository(aws)
    digest = an_image(aws, name, "one")
    answer = aws.ecr.batch_delete_image(repositoryName=name, imageIds=[{"imageTag": "one"}, {"imageTag": "none"}])
    assert answer["imageIds"] == [{"imageDigest": digest, "imageTag": "one"}], answer
    assert [failure["failureCode"] for failure in answer["failures"]] == ["ImageNotFound"], answer
    assert aws.ecr.describe_images(repositoryName=name)["imageDetails"] == [], "the image is still there"


@case("ecr:DeleteRepository", error="RepositoryNotEmptyException", page="ECR-API/API_DeleteRepository")
def a_repository_with_images_is_deleted_by_force_alone(aws):
    name = a_repository(aws)
    an_image(aws, name, "one")
    with aws.refused("RepositoryNotEmptyException", "because it still contains images"):
        aws.ecr.delete_repository(repositoryName=name)
    deleted = aws.ecr.delete_repository(repositoryName=name, force=True)["repository"]
    assert deleted["repositoryName"] == name, deleted


@case("ecr:DeleteRepository", page="ECR-API/API_DeleteRepository")
def a_deleted_repository_is_gone(aws):
    name = a_repository(aws)
    aws.ecr.delete_repository(repositoryName=name)
    with aws.refused("RepositoryNotFoundException"):
        aws.ecr.describe_repositories(repositoryNames=[name])


@case("ecr:PutLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy", page=LIFECYCLE)
def a_lifecycle_policy_is_kept_and_deleted(aws):
    name = a_repository(aws)
    aws.ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(POLICY))
    found = aws.ecr.get_lifecycle_policy(repositoryName=name)
    assert json.loads(found["lifecyclePolicyText"]) == POLICY, found
    aws.ecr.delete_lifecycle_policy(repositoryName=name)
    with aws.refused("LifecyclePolicyNotFoundException"):
        aws.ecr.get_lifecycle_policy(repositoryName=name)


@case(
    *("ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy", "ecr:StartLifecyclePolicyPreview"),
    error="LifecyclePolicyNotFoundException",
    page=LIFECYCLE,
)
def a_repository_without_lifecycle_policy(aws):
    name = a_repository(aws)
    for call in (aws.ecr.get_lifecycle_policy, aws.ecr.delete_lifecycle_policy, aws.ecr.start_lifecycle_policy_preview):
        with aws.refused("LifecyclePolicyNotFoundException", "Lifecycle policy does not exist for the repository"):
            call(repositoryName=name)


@case("ecr:PutLifecyclePolicy", shows="validation", error="InvalidParameterException", page=LIFECYCLE)
def a_lifecycle_policy_has_to_be_one(aws):
    name = a_repository(aws)
    with aws.refused("InvalidParameterException", "Lifecycle policy validation failure"):
        aws.ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps({"rules": [{"rulePriority": 1, "description": "x" * 100}]}))


@case("ecr:StartLifecyclePolicyPreview", "ecr:GetLifecyclePolicyPreview", page="ECR-API/API_StartLifecyclePolicyPreview")
def a_preview_comes_to_an_end(aws):
    name = a_repository(aws)
    started = aws.ecr.start_lifecycle_policy_preview(repositoryName=name, lifecyclePolicyText=json.dumps(POLICY))
    assert started["status"] in ("IN_PROGRESS", "COMPLETE"), started

    def over():
        found = aws.ecr.get_lifecycle_policy_preview(repositoryName=name)
        assert found["status"] == "COMPLETE" and found["previewResults"] == [], found

    aws.eventually(over)


@case("ecr:GetLifecyclePolicyPreview", error="LifecyclePolicyPreviewNotFoundException", page="ECR-API/API_GetLifecyclePolicyPreview")
def a_preview_that_was_not_started_is_not_found(aws):
    with aws.refused("LifecyclePolicyPreviewNotFoundException"):
        aws.ecr.get_lifecycle_policy_preview(repositoryName=a_repository(aws))


@case("ecr:SetRepositoryPolicy", "ecr:GetRepositoryPolicy", "ecr:DeleteRepositoryPolicy", page="ECR-API/API_SetRepositoryPolicy")
def a_repository_policy_is_kept_and_deleted(aws):
    name = a_repository(aws)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Pull", "Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage"]},
        ],
    }
    aws.ecr.set_repository_policy(repositoryName=name, policyText=json.dumps(policy))
    found = json.loads(aws.ecr.get_repository_policy(repositoryName=name)["policyText"])
    assert found["Statement"][0]["Sid"] == "Pull", found
    aws.ecr.delete_repository_policy(repositoryName=name)
    with aws.refused("RepositoryPolicyNotFoundException"):
        aws.ecr.get_repository_policy(repositoryName=name)


@case("ecr:GetRepositoryPolicy", "ecr:DeleteRepositoryPolicy", error="RepositoryPolicyNotFoundException", page="ECR-API/API_GetRepositoryPolicy")
def a_repository_without_policy(aws):
    name = a_repository(aws)
    with aws.refused("RepositoryPolicyNotFoundException"):
        aws.ecr.get_repository_policy(repositoryName=name)
    with aws.refused("RepositoryPolicyNotFoundException"):
        aws.ecr.delete_repository_policy(repositoryName=name)


@case("ecr:PutImageTagMutability", "ecr:PutImageScanningConfiguration", "ecr:DescribeRepositories", page="ECR-API/API_PutImageTagMutability")
def mutability_and_scanning_are_changed(aws):
    name = a_repository(aws)
    aws.ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="IMMUTABLE")
    aws.ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration={"scanOnPush": True})
    (found,) = aws.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE", found
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}, found


@case("ecr:GetAuthorizationToken", page="ECR-API/API_GetAuthorizationToken")
def a_token_is_for_basic_authentication(aws):
    (data,) = aws.ecr.get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    assert user == "AWS" and password, user
    assert data["proxyEndpoint"].startswith("https://"), data
