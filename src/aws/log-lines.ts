import { type Aws, read } from './aws.ts';

/** The last lines that a task wrote, oldest first; empty when they can't be read. */
export async function lastLogLines(
  aws: Aws,
  task: { readonly arn: string; readonly taskDefinition: string },
  most: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const at = await logStreamOf(aws, task, signal);
  if (!at) return [];
  const { client, sdk } = await aws.clients.logs();
  const command = () => new sdk.GetLogEventsCommand({ ...at, limit: most });
  const found = await read(aws, client, command, signal, (output) => output.events);
  return found.ok ? found.value.map((event) => event.message ?? '') : [];
}

/** Where its one container writes, as its own task definition says: whoever registered that, and when. */
async function logStreamOf(
  aws: Aws,
  { arn, taskDefinition }: { readonly arn: string; readonly taskDefinition: string },
  signal: AbortSignal,
): Promise<{ readonly logGroupName: string; readonly logStreamName: string } | undefined> {
  const { client, sdk } = await aws.clients.ecs();
  const command = () => new sdk.DescribeTaskDefinitionCommand({ taskDefinition });
  const found = await read(aws, client, command, signal, (output) => output.taskDefinition?.containerDefinitions?.[0]);
  if (!found.ok) return undefined;
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = found.value.logConfiguration?.options ?? {};
  if (group === undefined || prefix === undefined) return undefined;
  return {
    logGroupName: group,
    logStreamName: `${prefix}/${found.value.name}/${arn.slice(arn.lastIndexOf('/') + 1)}`,
  };
}
