import { ok, type Result } from '../base/index.ts';
import type { CallError, Groundwork } from '../deployment/index.ts';
import type { AccountFacts } from './account-facts.ts';
import { type Aws, read } from './aws.ts';
import { readSecrets } from './secrets.ts';

/**
 * What a deployment rests on, asked of Parameter Store, Secrets Manager, CloudWatch Logs, the load balancer, IAM and
 * Service Quotas.
 */
export const awsGroundwork = (aws: Aws, facts: Pick<AccountFacts, 'hasRole' | 'quota'>): Groundwork => ({
  secrets: (places, signal) => readSecrets(aws, places, signal),
  hasLogGroup: (name, signal) => hasLogGroup(aws, name, signal),
  hasTable: (name, signal) => hasTable(aws, name, signal),
  // IAM names a role without its path (IAM-API/API_GetRole).
  hasRole: (arn, signal) => facts.hasRole(arn.slice(arn.lastIndexOf('/') + 1), signal),
  fargateCpus: (signal) => facts.quota('fargateCpus', signal),
  mostTargets: (signal) => mostTargets(aws, signal),
});

/** Groups come in the order of their names, so that the prefix itself is first (LOGS-API/API_DescribeLogGroups). */
async function hasLogGroup(aws: Aws, name: string, signal: AbortSignal): Promise<Result<boolean, CallError>> {
  const { client, sdk } = await aws.clients.logs();
  const command = () => new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 });
  const found = await read(aws, client, command, signal, (output) => output.logGroups);
  return found.ok ? ok(found.value.some((group) => group.logGroupName === name)) : found;
}

/** One that is being updated serves all the while (DDB-API/API_TableDescription). */
async function hasTable(aws: Aws, name: string, signal: AbortSignal): Promise<Result<boolean, CallError>> {
  const { client, sdk } = await aws.clients.dynamodb();
  const command = () => new sdk.DescribeTableCommand({ TableName: name });
  const found = await read(aws, client, command, signal, (output) => output.Table?.TableStatus);
  if (found.ok) return ok(found.value === 'ACTIVE' || found.value === 'UPDATING');
  const isMissing = found.error.kind === 'refused' && found.error.code === 'ResourceNotFoundException';
  return isMissing ? ok(false) : found;
}

/** Source: ELB-API/API_DescribeAccountLimits */
async function mostTargets(aws: Aws, signal: AbortSignal): Promise<Result<number, CallError>> {
  const { client, sdk } = await aws.clients.elb();
  const command = () => new sdk.DescribeAccountLimitsCommand({});
  return read(aws, client, command, signal, (output) => {
    const limit = output.Limits?.find(({ Name }) => Name === 'targets-per-application-load-balancer')?.Max;
    return limit === undefined ? undefined : Number(limit);
  });
}
