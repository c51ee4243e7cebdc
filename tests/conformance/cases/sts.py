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
