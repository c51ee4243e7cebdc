import re
import time

from harness import case
from harness.things import a_table

CREATE = "DDB-API/API_CreateTable"
PUT = "DDB-API/API_PutItem"
UPDATE = "DDB-API/API_UpdateItem"
QUERY = "DDB-API/API_Query"

KEYS = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def key(pk, sk):
    return {"pk": {"S": pk}, "sk": {"N": str(sk)}}


def arn_of(aws, table):
    return aws.dynamodb.describe_table(TableName=table)["Table"]["TableArn"]


def none_of(arn):
    return arn.rsplit("/", 1)[0] + "/none-of-this-name"


@case("dynamodb:CreateTable", "dynamodb:DescribeTable", page=CREATE)
def a_table_is_creating_and_then_active(aws):
    name = aws.name("table")
    made = aws.dynamodb.create_table(TableName=name, **KEYS)["TableDescription"]
    aws.cleanup(aws.dynamodb.delete_table, TableName=name)
    assert made["TableStatus"] == "CREATING", made
    assert made["TableArn"].endswith(f":table/{name}") and made["TableId"], made
    aws.wait("dynamodb", "table_exists", TableName=name)
    found = aws.dynamodb.describe_table(TableName=name)["Table"]
    assert found["TableStatus"] == "ACTIVE" and found["ItemCount"] == 0, found
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST", found
    assert found["KeySchema"] == KEYS["KeySchema"], found


@case("dynamodb:DescribeTable", shows="waiter", page="DDB-API/API_DescribeTable")
def the_waiters_for_tables_end(aws):
    name = a_table(aws)
    assert aws.dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE", "waited too shortly"
    aws.dynamodb.delete_table(TableName=name)
    aws.wait("dynamodb", "table_not_exists", TableName=name)
    with aws.refused("ResourceNotFoundException"):
        aws.dynamodb.describe_table(TableName=name)


@case("dynamodb:CreateTable", error="ResourceInUseException", page=CREATE)
def a_table_is_there_once(aws):
    name = a_table(aws)
    with aws.refused("ResourceInUseException", f"Table already exists: {name}"):
        aws.dynamodb.create_table(TableName=name, **KEYS)


@case("dynamodb:CreateTable", shows="validation", page=CREATE)
def every_key_has_a_definition(aws):
    with aws.refused("ValidationException"):
        aws.dynamodb.create_table(
            TableName=aws.name("table"),
            AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )


@case("dynamodb:CreateTable", shows="validation", page=CREATE)
def names_of_tables_have_three_characters_at_least(aws):
    with aws.refused("ValidationException", re.compile("greater than or equal to 3|at least 3 characters long")):
        aws.client("dynamodb", unchecked=True).create_table(TableName="ab", **KEYS)


@case(
    *("dynamodb:DeleteTable", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:GetItem"),
    *("dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:UpdateTimeToLive", "dynamodb:Scan"),
    *("dynamodb:DeleteItem", "dynamodb:UpdateTable", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"),
    *("dynamodb:TransactGetItems", "dynamodb:TransactWriteItems"),
    error="ResourceNotFoundException",
    page="DDB-API/CommonErrors",
)
def what_is_not_there_is_not_found(aws):
    ddb, name = aws.dynamodb, aws.name("none")
    k = {"pk": {"S": "a"}}
    for call, members in (
        (ddb.delete_table, {"TableName": name}),
        (ddb.describe_table, {"TableName": name}),
        (ddb.describe_time_to_live, {"TableName": name}),
        (ddb.get_item, {"TableName": name, "Key": k}),
        (ddb.put_item, {"TableName": name, "Item": k}),
        (
            ddb.query,
            {"TableName": name, "KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
        ),
        (ddb.update_item, {"TableName": name, "Key": k}),
        (
            ddb.update_time_to_live,
            {"TableName": name, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}},
        ),
        (ddb.scan, {"TableName": name}),
        (ddb.delete_item, {"TableName": name, "Key": k}),
        (ddb.update_table, {"TableName": name, "DeletionProtectionEnabled": True}),
        (ddb.batch_get_item, {"RequestItems": {name: {"Keys": [k]}}}),
        (ddb.batch_write_item, {"RequestItems": {name: [{"PutRequest": {"Item": k}}]}}),
        (ddb.transact_get_items, {"TransactItems": [{"Get": {"TableName": name, "Key": k}}]}),
        (ddb.transact_write_items, {"TransactItems": [{"Put": {"TableName": name, "Item": k}}]}),
    ):
        with aws.refused("ResourceNotFoundException", "resource not found", status=400):
            call(**members)


@case(
    *("dynamodb:ListTagsOfResource", "dynamodb:TagResource", "dynamodb:UntagResource"),
    error="ResourceNotFoundException",
    page="DDB-API/API_TagResource",
)
def an_unknown_table_has_no_tags(aws):
    arn = none_of(arn_of(aws, a_table(aws)))
    with aws.refused("ResourceNotFoundException"):
        aws.dynamodb.list_tags_of_resource(ResourceArn=arn)
    with aws.refused("ResourceNotFoundException"):
        aws.dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    with aws.refused("ResourceNotFoundException"):
        aws.dynamodb.untag_resource(ResourceArn=arn, TagKeys=["a"])


@case(
    *("dynamodb:DescribeContinuousBackups", "dynamodb:UpdateContinuousBackups"),
    error="TableNotFoundException",
    page="DDB-API/API_DescribeContinuousBackups",
)
def an_unknown_table_has_no_backups(aws):
    name = aws.name("none")
    with aws.refused("TableNotFoundException"):
        aws.dynamodb.describe_continuous_backups(TableName=name)
    with aws.refused("TableNotFoundException"):
        aws.dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


@case(
    *("dynamodb:DescribeTable", "dynamodb:DeleteTable", "dynamodb:DescribeContinuousBackups"),
    *("dynamodb:DescribeTimeToLive", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"),
    *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
    shows="validation",
    page="DDB-API/CommonErrors",
)
def a_table_has_to_be_named(aws):
    ddb = aws.client("dynamodb", unchecked=True)
    k = {"pk": {"S": "a"}}
    for call, members in (
        (ddb.describe_table, {}),
        (ddb.delete_table, {}),
        (ddb.describe_continuous_backups, {}),
        (ddb.describe_time_to_live, {}),
        (
            ddb.update_continuous_backups,
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        ),
        (ddb.update_time_to_live, {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}}),
        (ddb.get_item, {"Key": k}),
        (ddb.put_item, {"Item": k}),
        (ddb.query, {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}),
        (ddb.update_item, {"Key": k}),
    ):
        with aws.refused("ValidationException"):
            call(**members)


@case("dynamodb:ListTagsOfResource", "dynamodb:TagResource", shows="validation", page="DDB-API/API_TagResource")
def an_arn_has_to_be_one(aws):
    with aws.refused("ValidationException"):
        aws.dynamodb.list_tags_of_resource(ResourceArn="no-arn")
    with aws.refused("ValidationException"):
        aws.dynamodb.tag_resource(ResourceArn="no-arn", Tags=[{"Key": "a", "Value": "b"}])


@case("dynamodb:DeleteTable", shows="validation", page="DDB-API/API_DeleteTable")
def a_protected_table_is_not_deleted(aws):
    name = a_table(aws, DeletionProtectionEnabled=True)
    with aws.refused("ValidationException", "protected against deletion"):
        aws.dynamodb.delete_table(TableName=name)
    aws.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    aws.eventually(lambda: _active(aws, name))


def _active(aws, name):
    assert aws.dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE", "it is being changed"


@case("dynamodb:DeleteTable", "dynamodb:ListTables", page="DDB-API/API_DeleteTable")
def a_deleted_table_is_gone(aws):
    name = a_table(aws)
    deleted = aws.dynamodb.delete_table(TableName=name)["TableDescription"]
    assert deleted["TableStatus"] == "DELETING", deleted
    aws.wait("dynamodb", "table_not_exists", TableName=name)
    names = [one for page in aws.pages("dynamodb", "list_tables", "TableNames") for one in page]
    assert name not in names, "it is still listed"


@case("dynamodb:UpdateTable", page="DDB-API/API_UpdateTable")
def a_table_is_changed(aws):
    name = a_table(aws)
    aws.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)

    def protected():
        found = aws.dynamodb.describe_table(TableName=name)["Table"]
        assert found["TableStatus"] == "ACTIVE" and found["DeletionProtectionEnabled"] is True, found

    aws.eventually(protected)
    aws.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    aws.eventually(lambda: _active(aws, name))


@case("dynamodb:UpdateTimeToLive", "dynamodb:DescribeTimeToLive", page="DDB-API/API_UpdateTimeToLive")
def time_to_live_is_enabled_on_an_attribute(aws):
    name = a_table(aws)
    found = aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "DISABLED"}, found
    wanted = {"Enabled": True, "AttributeName": "expires"}
    answer = aws.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)
    assert answer["TimeToLiveSpecification"] == wanted, answer

    def enabled():
        now = aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert now["AttributeName"] == "expires" and now["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), now

    aws.eventually(enabled)


@case("dynamodb:UpdateTimeToLive", shows="validation", page="DDB-API/API_UpdateTimeToLive")
def time_to_live_is_not_enabled_twice(aws):
    name = a_table(aws)
    wanted = {"Enabled": True, "AttributeName": "expires"}
    aws.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)
    with aws.refused("ValidationException"):
        aws.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


@case("dynamodb:UpdateContinuousBackups", "dynamodb:DescribeContinuousBackups", page="DDB-API/API_UpdateContinuousBackups")
def point_in_time_recovery_is_enabled(aws):
    name = a_table(aws)
    found = aws.dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert found["ContinuousBackupsStatus"] == "ENABLED", found
    assert found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED", found
    aws.dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    found = aws.dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED", found


@case("dynamodb:TagResource", "dynamodb:ListTagsOfResource", "dynamodb:UntagResource", page="DDB-API/API_TagResource")
def tags_are_added_listed_and_removed(aws):
    arn = arn_of(aws, a_table(aws, Tags=[{"Key": "team", "Value": "a"}]))
    aws.dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    tags = {tag["Key"]: tag["Value"] for tag in aws.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"team": "a", "stage": "test"}, tags
    aws.dynamodb.untag_resource(ResourceArn=arn, TagKeys=["team"])
    tags = aws.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "stage", "Value": "test"}], tags


@case("dynamodb:ListTagsOfResource", shows="paging", page="DDB-API/API_ListTagsOfResource")
def tags_come_to_their_end(aws):
    wanted = {f"k{at:02}": "v" for at in range(12)}
    arn = arn_of(aws, a_table(aws, Tags=[{"Key": name, "Value": value} for name, value in wanted.items()]))
    pages = aws.pages("dynamodb", "list_tags_of_resource", "Tags", ResourceArn=arn)
    assert {tag["Key"]: tag["Value"] for page in pages for tag in page} == wanted, pages


@case("dynamodb:PutItem", "dynamodb:GetItem", page=PUT)
def an_item_is_read_back_with_every_type(aws):
    table = a_table(aws)
    item = {
        **key("a", 1),
        "text": {"S": "ü"},
        "number": {"N": "1.5"},
        "bytes": {"B": b"\x00\xff"},
        "truth": {"BOOL": True},
        "nothing": {"NULL": True},
        "list": {"L": [{"N": "1"}, {"M": {"x": {"S": "y"}}}]},
        "set": {"SS": ["b", "a"]},
    }
    assert "Attributes" not in aws.dynamodb.put_item(TableName=table, Item=item), "nothing was there before"
    found = aws.dynamodb.get_item(TableName=table, Key=key("a", 1), ConsistentRead=True)["Item"]
    assert sorted(found.pop("set")["SS"]) == sorted(item.pop("set")["SS"]), found
    assert found == item, found


@case("dynamodb:GetItem", page="DDB-API/API_GetItem")
def what_is_not_there_is_no_item_and_no_error(aws):
    table = a_table(aws)
    assert "Item" not in aws.dynamodb.get_item(TableName=table, Key=key("a", 1)), "an item from nowhere"


@case("dynamodb:PutItem", error="ConditionalCheckFailedException", page=PUT)
def a_condition_is_checked_before_a_put(aws):
    table = a_table(aws)
    aws.dynamodb.put_item(TableName=table, Item=key("a", 1))
    with aws.refused("ConditionalCheckFailedException", "The conditional request failed") as refusal:
        aws.dynamodb.put_item(
            TableName=table,
            Item=key("a", 1),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refusal.response["Item"] == key("a", 1), refusal.response


@case("dynamodb:PutItem", shows="validation", page=PUT)
def an_item_has_all_its_keys(aws):
    table = a_table(aws)
    with aws.refused("ValidationException", "One or more parameter values were invalid: Missing the key sk in the item"):
        aws.dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})


@case("dynamodb:UpdateItem", page=UPDATE)
def an_update_counts_up_and_answers_the_new_values(aws):
    table = a_table(aws)
    for expected in ("1", "2"):
        answer = aws.dynamodb.update_item(
            TableName=table,
            Key=key("a", 1),
            UpdateExpression="ADD hits :one SET #name = if_not_exists(#name, :name)",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={":one": {"N": "1"}, ":name": {"S": "first"}},
            ReturnValues="ALL_NEW",
        )
        assert answer["Attributes"]["hits"] == {"N": expected}, answer
        assert answer["Attributes"]["name"] == {"S": "first"}, answer


@case("dynamodb:UpdateItem", error="ConditionalCheckFailedException", page=UPDATE)
def a_condition_is_checked_before_an_update(aws):
    table = a_table(aws)
    with aws.refused("ConditionalCheckFailedException"):
        aws.dynamodb.update_item(
            TableName=table,
            Key=key("a", 1),
            UpdateExpression="SET holder = :h",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":h": {"S": "x"}},
        )
    assert "Item" not in aws.dynamodb.get_item(TableName=table, Key=key("a", 1)), "it was written all the same"


@case("dynamodb:UpdateItem", shows="validation", page=UPDATE)
def keys_are_not_updated(aws):
    table = a_table(aws)
    with aws.refused("ValidationException", "Cannot update attribute pk. This attribute is part of the key"):
        aws.dynamodb.update_item(
            TableName=table,
            Key=key("a", 1),
            UpdateExpression="SET pk = :x",
            ExpressionAttributeValues={":x": {"S": "b"}},
        )


@case("dynamodb:DeleteItem", "dynamodb:GetItem", page="DDB-API/API_DeleteItem")
def a_deleted_item_is_answered_and_gone(aws):
    table = a_table(aws)
    aws.dynamodb.put_item(TableName=table, Item=key("a", 1))
    answer = aws.dynamodb.delete_item(TableName=table, Key=key("a", 1), ReturnValues="ALL_OLD")
    assert answer["Attributes"] == key("a", 1), answer
    assert "Item" not in aws.dynamodb.get_item(TableName=table, Key=key("a", 1), ConsistentRead=True), "still there"


@case("dynamodb:Query", page=QUERY)
def items_of_a_key_are_sorted_by_number(aws):
    table = a_table(aws)
    for sk in (10, 9, -1, 2):
        aws.dynamodb.put_item(TableName=table, Item=key("a", sk))
    asked = {
        "TableName": table,
        "KeyConditionExpression": "pk = :a AND sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":a": {"S": "a"}, ":low": {"N": "0"}, ":high": {"N": "10"}},
        "ConsistentRead": True,
    }
    up = [item["sk"]["N"] for item in aws.dynamodb.query(**asked)["Items"]]
    down = [item["sk"]["N"] for item in aws.dynamodb.query(**asked, ScanIndexForward=False)["Items"]]
    assert up == ["2", "9", "10"] and down == ["10", "9", "2"], (up, down)


@case("dynamodb:Query", shows="paging", page=QUERY)
def a_query_goes_on_where_its_page_ended(aws):
    table = a_table(aws)
    for sk in range(5):
        aws.dynamodb.put_item(TableName=table, Item=key("a", sk))
    pages = aws.pages(
        *("dynamodb", "query", "Items"),
        TableName=table,
        KeyConditionExpression="pk = :a",
        ExpressionAttributeValues={":a": {"S": "a"}},
        ConsistentRead=True,
        PaginationConfig={"PageSize": 2},
    )
    assert [[item["sk"]["N"] for item in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]], pages


@case("dynamodb:Query", shows="validation", page=QUERY)
def a_query_names_the_partition_key(aws):
    table = a_table(aws)
    with aws.refused("ValidationException", "Query condition missed key schema element: pk"):
        aws.dynamodb.query(
            TableName=table, KeyConditionExpression="sk = :a", ExpressionAttributeValues={":a": {"N": "1"}}
        )


@case("dynamodb:Query", page=QUERY)
def a_global_index_is_queried(aws):
    table = a_table(
        aws,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "state", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    aws.dynamodb.put_item(TableName=table, Item={**key("a", 1), "state": {"S": "open"}, "more": {"S": "x"}})
    aws.dynamodb.put_item(TableName=table, Item=key("b", 2))

    def found():
        items = aws.dynamodb.query(
            TableName=table,
            IndexName="by-state",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":s": {"S": "open"}},
        )["Items"]
        assert items == [{**key("a", 1), "state": {"S": "open"}}], items

    aws.eventually(found)


@case("dynamodb:Scan", page="DDB-API/API_Scan")
def a_scan_filters_and_counts(aws):
    table = a_table(aws)
    for sk in range(4):
        aws.dynamodb.put_item(TableName=table, Item=key("a", sk))
    answer = aws.dynamodb.scan(
        TableName=table,
        FilterExpression="sk > :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
        ConsistentRead=True,
    )
    assert (answer["Count"], answer["ScannedCount"]) == (2, 4), answer


@case("dynamodb:BatchWriteItem", "dynamodb:BatchGetItem", page="DDB-API/API_BatchWriteItem")
def a_batch_is_written_and_read(aws):
    table = a_table(aws)
    puts = [{"PutRequest": {"Item": key("a", sk)}} for sk in range(25)]
    assert aws.dynamodb.batch_write_item(RequestItems={table: puts})["UnprocessedItems"] == {}, "some are left"
    answer = aws.dynamodb.batch_get_item(
        RequestItems={table: {"Keys": [key("a", 3), key("a", 99)], "ConsistentRead": True}}
    )
    assert answer["Responses"] == {table: [key("a", 3)]}, answer


@case("dynamodb:TransactWriteItems", "dynamodb:TransactGetItems", page="DDB-API/API_TransactWriteItems")
def a_transaction_is_written_whole(aws):
    table = a_table(aws)
    aws.dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": key("a", sk)}} for sk in (1, 2)]
    )
    answer = aws.dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": table, "Key": key("a", sk)}} for sk in (1, 2, 3)]
    )
    assert [one.get("Item") for one in answer["Responses"]] == [key("a", 1), key("a", 2), None], answer


@case("dynamodb:TransactWriteItems", error="TransactionCanceledException", page="DDB-API/API_TransactWriteItems")
def a_transaction_that_fails_writes_nothing(aws):
    table = a_table(aws)
    aws.dynamodb.put_item(TableName=table, Item=key("a", 1))
    with aws.refused("TransactionCanceledException", "[None, ConditionalCheckFailed]") as refusal:
        aws.dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": key("a", 2)}},
                {"Put": {"TableName": table, "Item": key("a", 1), "ConditionExpression": "attribute_not_exists(pk)"}},
            ]
        )
    codes = [reason["Code"] for reason in refusal.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"], codes
    assert "Item" not in aws.dynamodb.get_item(TableName=table, Key=key("a", 2), ConsistentRead=True), "half of it"


@case("dynamodb:UpdateTimeToLive", "dynamodb:GetItem", page="DDB-API/API_UpdateTimeToLive")
def an_item_that_is_not_over_stays(aws):
    table = a_table(aws)
    aws.dynamodb.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    aws.dynamodb.put_item(TableName=table, Item={**key("a", 1), "expires": {"N": str(int(time.time()) + 3600)}})
    assert "Item" in aws.dynamodb.get_item(TableName=table, Key=key("a", 1), ConsistentRead=True), "gone too early"


@case("dynamodb:DescribeLimits", page="DDB-API/API_DescribeLimits")
def an_account_has_limits_above_those_of_a_table(aws):
    found = aws.dynamodb.describe_limits()
    for units in ("ReadCapacityUnits", "WriteCapacityUnits"):
        assert found[f"AccountMax{units}"] >= found[f"TableMax{units}"] >= 1, found


@case("dynamodb:DescribeEndpoints", page="DDB-API/API_DescribeEndpoints")
def an_endpoint_is_told_with_how_long_that_holds(aws):
    (found,) = aws.dynamodb.describe_endpoints()["Endpoints"]
    assert found["Address"] and found["CachePeriodInMinutes"] > 0, found


def adding(name):
    return {
        "AttributeDefinitions": [{"AttributeName": "state", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [
            {
                "Create": {
                    "IndexName": name,
                    "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    }


def index_of(aws, table):
    return aws.dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])


@case("dynamodb:UpdateTable", "dynamodb:DescribeTable", page="DDB-DG/GSI.OnlineOps")
def an_index_is_creating_then_active_with_what_was_there_and_goes_again(aws):
    table = a_table(aws)
    item = {**key("a", 1), "state": {"S": "open"}}
    aws.dynamodb.put_item(TableName=table, Item=item)
    made = aws.dynamodb.update_table(TableName=table, **adding("by-state"))["TableDescription"]
    assert made["TableStatus"] == "UPDATING", made
    (index,) = made["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["Backfilling"]) == ("CREATING", False), index

    def active():
        (now,) = index_of(aws, table)
        assert now["IndexStatus"] == "ACTIVE" and "Backfilling" not in now, now

    aws.eventually(active)
    asked = {
        "TableName": table,
        "IndexName": "by-state",
        "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "state"},
        "ExpressionAttributeValues": {":s": {"S": "open"}},
    }
    assert aws.dynamodb.query(**asked)["Items"] == [item], "what was there before the index"
    aws.wait("dynamodb", "table_exists", TableName=table)
    aws.dynamodb.update_table(
        TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-state"}}]
    )

    def gone():
        assert index_of(aws, table) == [], "it is there"

    aws.eventually(gone)
    with aws.refused("ValidationException", "The table does not have the specified index: by-state"):
        aws.dynamodb.query(**asked)


@case("dynamodb:UpdateTable", error="LimitExceededException", page="DDB-API/API_UpdateTable")
def one_index_is_made_at_a_time(aws):
    table = a_table(aws)
    two = [adding(name)["GlobalSecondaryIndexUpdates"][0] for name in ("by-one", "by-two")]
    with aws.refused("LimitExceededException", "Only 1 online index can be created or deleted simultaneously"):
        aws.dynamodb.update_table(TableName=table, **{**adding("by-one"), "GlobalSecondaryIndexUpdates": two})


@case("dynamodb:UpdateTimeToLive", "dynamodb:Scan", page="DDB-DG/TTL")
def an_expired_item_is_deleted_or_can_still_be_read(aws):
    table = a_table(aws)
    aws.dynamodb.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    past = str(int(time.time()) - 60)
    aws.dynamodb.put_item(TableName=table, Item={**key("over", 1), "expires": {"N": past}})
    aws.dynamodb.put_item(TableName=table, Item={**key("text", 1), "expires": {"S": past}})
    left = {item["pk"]["S"] for item in aws.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]}
    assert "text" in left and left <= {"over", "text"}, left
