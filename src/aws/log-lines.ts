import { containerName } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';
import { logStreamPrefix } from './register-input.ts';

/** The log stream of a task's container. */
export const logStreamOf = (taskArn: string): string =>
  `${logStreamPrefix}/${containerName}/${taskArn.slice(taskArn.lastIndexOf('/') + 1)}`;

/** The last lines that a task wrote, oldest first; empty when they can't be read. */
export async function lastLogLines(
  aws: Aws,
  logGroup: string,
  taskArn: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { client, sdk } = await aws.clients.logs();
  const command = () =>
    new sdk.GetLogEventsCommand({ logGroupName: logGroup, logStreamName: logStreamOf(taskArn), limit: most });
  const found = await read(aws, client, command, signal, (output) => output.events);
  return found.ok ? found.value.map((event) => event.message ?? '') : [];
}
