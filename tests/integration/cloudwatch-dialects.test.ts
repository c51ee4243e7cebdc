import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { aLocalRuntime, awsEnvironment, has } from './local-runtime.ts';

const alarm = {
  AlarmName: 'errors & co',
  Namespace: 'shop',
  MetricName: 'errors',
  Statistic: 'Sum',
  Period: '60',
  EvaluationPeriods: '2',
  Threshold: '0.5',
  ComparisonOperator: 'GreaterThanThreshold',
  'Dimensions.member.1.Name': 'service',
  'Dimensions.member.1.Value': 'api',
};

test.skipIf(!has('python3', '-c', 'import boto3'))(
  'an alarm made in query is read in CBOR by boto3 and in JSON by the SDK, and their errors are told as each expects',
  async () => {
    await using runtime = await aLocalRuntime();
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';
    const made = await fetch(runtime.endpoint, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ Action: 'PutMetricAlarm', Version: '2010-08-01', ...alarm }),
    });
    expect(made.status).toBe(200);
    const { MetricAlarms } = await new CloudWatchClient(runtime.client).send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'errors & co', Threshold: 0.5 }]);
    const program = `
import boto3, botocore.loaders, datetime
# Of the protocols that the model lists, versions of botocore choose by their own taste: leave it this one.
load = botocore.loaders.Loader.load_service_model
def only_cbor(self, service, kind, api_version=None):
    model = load(self, service, kind, api_version)
    if kind == 'service-2' and service == 'cloudwatch':
        model['metadata'] = {**model['metadata'], 'protocol': 'smithy-rpc-v2-cbor', 'protocols': ['smithy-rpc-v2-cbor']}
    return model
botocore.loaders.Loader.load_service_model = only_cbor
cloudwatch = boto3.client('cloudwatch')
assert cloudwatch.meta.service_model.resolved_protocol == 'smithy-rpc-v2-cbor', cloudwatch.meta.service_model.resolved_protocol
alarm = cloudwatch.describe_alarms(AlarmNames=['errors & co'])['MetricAlarms'][0]
assert alarm['Threshold'] == 0.5 and alarm['Dimensions'] == [{'Name': 'service', 'Value': 'api'}], alarm
assert isinstance(alarm['StateUpdatedTimestamp'], datetime.datetime), alarm
at = datetime.datetime.now(datetime.timezone.utc)
cloudwatch.put_metric_data(Namespace='shop', MetricData=[
    {'MetricName': 'errors', 'Timestamp': at, 'Value': n / 2, 'Dimensions': [{'Name': 'service', 'Value': 'api' * 50}]}
    for n in range(100)])
try:
    cloudwatch.set_alarm_state(AlarmName='none', StateValue='OK', StateReason='x')
    raise AssertionError('should have been refused')
except cloudwatch.exceptions.ResourceNotFound as error:
    assert error.response['Error']['Code'] == 'ResourceNotFound', error.response
print('done')
`;
    const env = awsEnvironment(runtime.endpoint);
    const { stdout } = await promisify(execFile)('python3', ['-c', program], { env });
    expect(stdout).toContain('done');
    expect(runtime.log).toEqual([]);
  },
  60_000,
);
