import { type Ms, seconds } from '../src/base/index.ts';
import { anEnvironment, aService } from '../src/config/testing.ts';
import type { Site } from '../src/deployment/index.ts';
import { discoverSite, provisionEnvironment, provisionService } from '../src/operations/index.ts';
import { type LocalAws, localAws } from './local-aws.ts';

export interface ProvisionedSite extends LocalAws {
  readonly site: Site;
  /** Like `within`, for one call. */
  soon<T>(promise: Promise<T>): Promise<T>;
}

const environment = anEnvironment('test', { size: 'frugal', allowEndpoint: true });

/** A service as provisioning leaves it, on the local runtime in virtual time. */
export async function provisionedSite(...given: Parameters<typeof localAws>): Promise<ProvisionedSite> {
  const local = localAws(...given);
  const { aws, clock, within } = local;
  await local.warmUp();
  const { signal } = new AbortController();
  const service = aService({
    ...{ deregistrationDelay: '5s', stopTimeout: '2s' },
    uses: { tables: { posts: { keys: { id: 'S' } } } },
  });
  if (service.kind !== 'web') throw new Error('a service with routes is a web service');
  const provision = async () => {
    const made = await provisionEnvironment(aws, { environment, trafficSettleSeconds: 60, firstPort: 8080 }, signal);
    await provisionService(aws, made, 'shop', environment.name, service, signal);
    return discoverSite(aws, environment.name, service.name, signal);
  };
  const found = await within(seconds(120), provision());
  if (!found.ok) throw new Error('what was provisioned is found');
  await clock.advanceAsync(seconds(10));
  const soon = <T>(promise: Promise<T>, limit: Ms = seconds(5)): Promise<T> => within(limit, promise);
  return { ...local, site: found.value.site, soon };
}
