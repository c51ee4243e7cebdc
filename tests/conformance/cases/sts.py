import base64
import json
import time

from harness import case


@case("sts:GetCallerIdentity", page="STS-API/API_GetCallerIdentity")
def get_caller_identity_names_account_and_arn(aws):
    who = aws.sts.get_caller_identity()
    assert len(who["Account"]) == 12 and who["Account"].isdigit(), f"{who['Account']} is no account"
    assert f"::{who['Account']}:" in who["Arn"], f"{who['Arn']} is of another account"
    assert who["UserId"], "there is no UserId"


@case("sts:GetCallerIdentity", page="STS-API/API_GetCallerIdentity")
def the_cli_prints_who_calls(aws):
    assert aws.cli("sts", "get-caller-identity")["Account"] == aws.sts.get_caller_identity()["Account"]


@case("sts:AssumeRole", page="STS-API/API_AssumeRole")
def assumed_roles_come_with_credentials_that_work(aws):
    account = aws.sts.get_caller_identity()["Account"]
    role = f"arn:aws:iam::{account}:role/deployer"
    answer = aws.sts.assume_role(RoleArn=role, RoleSessionName="ci")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/deployer/ci", answer
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA"), answer["Credentials"]["AccessKeyId"]
    assert answer["Credentials"]["SessionToken"] and answer["Credentials"]["Expiration"], "they lack a member"


@case("sts:AssumeRole", shows="validation", error="ValidationError", page="STS-API/API_AssumeRole")
def role_sessions_last_at_least_15_minutes(aws):
    with aws.refused("ValidationError", "Member must have value greater than or equal to 900"):
        aws.client("sts", unchecked=True).assume_role(
            RoleArn="arn:aws:iam::000000000000:role/deployer", RoleSessionName="ci", DurationSeconds=60
        )


ASSUME = "STS-API/API_AssumeRole"
WEB = "STS-API/API_AssumeRoleWithWebIdentity"


def a_token(**claims):
    """A JSON Web Token as a pipeline's provider makes it; nobody has signed it."""

    def part(content):
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    said = {
        "iss": "https://token.actions.githubusercontent.com",
        "sub": "repo:shop/web:ref:refs/heads/main",
        "aud": "sts.amazonaws.com",
        "exp": int(time.time()) + 300,
        **claims,
    }
    return ".".join((part({"alg": "RS256"}), part({name: value for name, value in said.items() if value}), "c2ln"))


@case("sts:AssumeRole", "sts:GetCallerIdentity", page=ASSUME)
def an_assumed_role_acts_in_its_own_account(aws):
    account = "123456789012"
    answer = aws.sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/team/deployer", RoleSessionName="ci")
    who = aws.acting("sts", answer["Credentials"]).get_caller_identity()
    assert who["Account"] == account, who
    assert who["Arn"] == f"arn:aws:sts::{account}:assumed-role/deployer/ci", who
    assert who["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"], who
    name = "/" + aws.name("parameter")
    there = aws.acting("ssm", answer["Credentials"])
    there.put_parameter(Name=name, Value="x", Type="String")
    aws.cleanup(there.delete_parameter, Name=name)
    assert aws.ssm.get_parameters(Names=[name])["InvalidParameters"] == [name], "it is in the caller's account"


@case("sts:AssumeRole", shows="validation", error="ValidationError", page=ASSUME)
def roles_and_sessions_have_their_form(aws):
    with aws.refused("ValidationError", "is invalid", 400):
        aws.sts.assume_role(RoleArn="arn:aws:iam::123456789012:user/deployer", RoleSessionName="ci")
    with aws.refused("ValidationError", "at 'roleSessionName' failed to satisfy constraint"):
        aws.sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="no spaces")


@case("sts:AssumeRole", error="MalformedPolicyDocument", page=ASSUME)
def a_session_policy_is_json(aws):
    with aws.refused("MalformedPolicyDocument"):
        aws.sts.assume_role(
            RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="ci", Policy="allow everything"
        )


@case("sts:AssumeRoleWithWebIdentity", "sts:GetCallerIdentity", page=WEB)
def a_pipeline_becomes_a_role_by_its_token(aws):
    answer = aws.sts.assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="ci", WebIdentityToken=a_token()
    )
    assert answer["SubjectFromWebIdentityToken"] == "repo:shop/web:ref:refs/heads/main", answer
    assert answer["Audience"] == "sts.amazonaws.com" and "githubusercontent" in answer["Provider"], answer
    who = aws.acting("sts", answer["Credentials"]).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/deployer/ci", who


@case("sts:AssumeRoleWithWebIdentity", error="ExpiredTokenException", page=WEB)
def a_token_that_is_over_is_refused(aws):
    with aws.refused("ExpiredTokenException", "must be before the expiration date/time"):
        aws.sts.assume_role_with_web_identity(
            RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="ci", WebIdentityToken=a_token(exp=1)
        )


@case("sts:AssumeRoleWithWebIdentity", error="InvalidIdentityToken", page=WEB)
def what_is_no_token_is_refused(aws):
    for token in ("no token", a_token(sub=None)):
        with aws.refused("InvalidIdentityToken"):
            aws.sts.assume_role_with_web_identity(
                RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="ci", WebIdentityToken=token
            )


@case("sts:GetSessionToken", "sts:GetCallerIdentity", page="STS-API/API_GetSessionToken")
def a_session_of_ones_own_is_oneself(aws):
    credentials = aws.sts.get_session_token(DurationSeconds=900)["Credentials"]
    who = aws.acting("sts", credentials).get_caller_identity()
    mine = aws.sts.get_caller_identity()
    assert (who["Account"], who["Arn"]) == (mine["Account"], mine["Arn"]), who


@case("sts:GetSessionToken", error="AccessDenied", page="STS-API/API_GetSessionToken")
def a_session_gets_no_session(aws):
    credentials = aws.sts.get_session_token()["Credentials"]
    with aws.refused("AccessDenied", "Cannot call GetSessionToken with session credentials", 403):
        aws.acting("sts", credentials).get_session_token()


@case("sts:GetAccessKeyInfo", page="STS-API/API_GetAccessKeyInfo")
def a_key_tells_its_account(aws):
    answer = aws.sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/deployer", RoleSessionName="ci")
    found = aws.sts.get_access_key_info(AccessKeyId=answer["Credentials"]["AccessKeyId"])
    assert found["Account"] == "123456789012", found
