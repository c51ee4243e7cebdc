/** A call that changed something, as the runtime's log of requests tells it. */
export interface Write {
  readonly service: string;
  readonly operation: string;
  readonly members: readonly string[];
}

/**
 * What Terraform's provider wrote from `since` (ISO 8601) on, moto's part of it included: no call that only reads.
 * @throws when the log has forgotten some
 */
export async function terraformWrites(endpoint: string, since: string): Promise<readonly Write[]> {
  const answer = await fetch(`${endpoint}/_teal/requests?userAgent=Terraform&since=${encodeURIComponent(since)}`);
  const { requests, forgotten }: { requests: readonly Write[]; forgotten: number } = JSON.parse(await answer.text());
  if (forgotten > 0) throw new Error(`${forgotten} calls are not in the log any more`);
  return requests.filter(({ operation }) => !reads.test(operation));
}

/** Of what the log can't tell the operation of it has method and path, or the whole target. */
const reads = /^(\w+\.)?(Describe|Get|List|BatchGet)|^(GET|HEAD) /;

/** The members that belong to the engine: each starts a deployment of ECS, moves traffic, or replaces the service. */
const engines =
  /^(Actions|DefaultActions|taskDefinition|desiredCount|networkConfiguration|loadBalancers|platformVersion|launchType|capacityProviders?|capacityProviderStrategy|forceNewDeployment)(\.|$)/;

/** Writes to what was there already that carry a member of the engine's, or move its limits. */
export const trespasses = (writes: readonly Write[]): readonly string[] =>
  writes
    .filter(({ operation }) => !operation.startsWith('Create'))
    .flatMap(({ operation, members }) =>
      operation === 'RegisterScalableTarget'
        ? [operation]
        : members.filter((member) => engines.test(member)).map((member) => `${operation}.${member}`),
    );

/** For the run's log: what was written, by how often. */
export function inWords(writes: readonly Write[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of writes) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return counts.size === 0
    ? 'nothing'
    : [...counts].map(([operation, count]) => (count === 1 ? operation : `${operation} x${count}`)).join(', ');
}
