import type { World } from '../../world.ts';

/** ARNs of ELBv2: the kind, and the names and ids that follow it. */
export type ElbArnKind = 'loadbalancer' | 'targetgroup' | 'listener' | 'listener-rule' | 'truststore';

export const loadBalancerArn = (world: World, name: string, id: string): string =>
  `${prefix(world)}:loadbalancer/app/${name}/${id}`;

export const targetGroupArn = (world: World, name: string, id: string): string =>
  `${prefix(world)}:targetgroup/${name}/${id}`;

/** A listener's ARN repeats its load balancer's name and id. */
export const listenerArn = (loadBalancer: string, id: string): string =>
  `${loadBalancer.replace(':loadbalancer/', ':listener/')}/${id}`;

/** A rule's ARN repeats its listener's. */
export const ruleArn = (listener: string, id: string): string =>
  `${listener.replace(':listener/', ':listener-rule/')}/${id}`;

const pattern =
  /^arn:aws[\w-]*:elasticloadbalancing:[\w-]*:\d{12}:(loadbalancer|targetgroup|listener|listener-rule|truststore)\/[\w./-]+$/;

/** The kind of resource that an ARN names; undefined when it is none of ELBv2. */
export function kindOfArn(arn: string): ElbArnKind | undefined {
  const kind = pattern.exec(arn)?.[1];
  switch (kind) {
    case 'loadbalancer':
    case 'targetgroup':
    case 'listener':
    case 'listener-rule':
    case 'truststore':
      return kind;
    default:
      return undefined;
  }
}

/** What CloudWatch and the access log call a resource: `app/<name>/<id>`, `targetgroup/<name>/<id>`. */
export const arnSuffix = (arn: string): string => {
  const resource = arn.slice(arn.lastIndexOf(':') + 1);
  return resource.startsWith('loadbalancer/') ? resource.slice('loadbalancer/'.length) : resource;
};

const prefix = (world: World): string => `arn:aws:elasticloadbalancing:${world.region}:${world.account}`;
