import type { ProbeRoute, Site } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';
import { listenerOfRule } from './listener-of-rule.ts';

/**
 * Where clients reach the load balancer of a site's first place; null where it can't be found out. `served` tells of
 * listeners, by ARN, that are really served elsewhere than their load balancer's name says.
 */
export async function locateOrigin(
  aws: Aws,
  site: Site,
  signal: AbortSignal,
  served: ReadonlyMap<string, string>,
): Promise<Pick<ProbeRoute, 'origin'> | null> {
  const place = site.places[0];
  if (!place) return null;
  const listenerArn = place.kind === 'rule' ? listenerOfRule(place.arn) : place.arn;
  const url = served.get(listenerArn);
  if (url !== undefined) return { origin: url.replace(/\/$/, '') };
  const { client, sdk } = await aws.clients.elb();
  const listeners = await read(
    aws,
    client,
    () => new sdk.DescribeListenersCommand({ ListenerArns: [listenerArn] }),
    signal,
    (output) => output.Listeners,
  );
  const listener = listeners.ok ? listeners.value[0] : undefined;
  if (!listener?.LoadBalancerArn) return null;
  const balancerArn = listener.LoadBalancerArn;
  const balancers = await read(
    aws,
    client,
    () => new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [balancerArn] }),
    signal,
    (output) => output.LoadBalancers,
  );
  const name = balancers.ok ? balancers.value[0]?.DNSName : undefined;
  if (!name) return null;
  return { origin: `${listener.Protocol === 'HTTPS' ? 'https' : 'http'}://${name}:${listener.Port}` };
}
