import type { Clock } from '../base/index.ts';
import { AwsError } from './aws-error.ts';
import type { Place } from './wire/caller.ts';

/** Refuses calls as AWS does when they come too fast. */
export interface Throttle {
  /** @throws AwsError when the category of the operation has no token left in that account and region */
  admit(at: Place, service: string, operation: string): void;
}

/** Tokens that a category holds at most, and those that it gets back each second. */
interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * AWS's token buckets: per account and region, shared by the operations of a category. A refused call takes no token.
 * Services of which AWS publishes no such figures are not throttled.
 */
export function createThrottle(clock: Pick<Clock, 'monotonic'>): Throttle {
  const levels = new Map<string, { tokens: number; at: number }>();
  return {
    admit({ account, region }, service, operation) {
      const category = categoryOf(service, operation);
      if (category === undefined) return;
      const { burst, perSecond } = buckets[category];
      const key = `${account}/${region}/${category}`;
      const now = clock.monotonic();
      const level = levels.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * perSecond);
      levels.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
      if (tokens < 1) throw new AwsError(codes[service] ?? 'ThrottlingException', 'Rate exceeded');
    },
  };
}

const codes: Readonly<Record<string, string>> = { elasticloadbalancing: 'Throttling' };

/**
 * Sources: ECS-API/request-throttling; for ELB reads ELB-UG/elb-api-throttling. What ELB grants writes and registrations
 * stands apart in its documentation without a figure that we could read: those are assumed, and lower than its reads.
 */
const buckets = {
  'task-definition-modify': { burst: 20, perSecond: 1 },
  'task-definition-read': { burst: 50, perSecond: 20 },
  'task-definition-delete': { burst: 5, perSecond: 1 },
  'cluster-modify': { burst: 20, perSecond: 1 },
  'cluster-read': { burst: 50, perSecond: 20 },
  'cluster-resource-modify': { burst: 100, perSecond: 40 },
  'cluster-resource-read': { burst: 100, perSecond: 20 },
  'service-modify': { burst: 50, perSecond: 5 },
  'service-read': { burst: 100, perSecond: 20 },
  'service-deployment-read': { burst: 50, perSecond: 20 },
  'task-protection': { burst: 200, perSecond: 80 },
  'tag-modify': { burst: 20, perSecond: 10 },
  'elb-read': { burst: 40, perSecond: 10 },
  'elb-modify': { burst: 20, perSecond: 5 },
  'elb-registration': { burst: 20, perSecond: 5 },
} as const satisfies Record<string, Bucket>;

type Category = keyof typeof buckets;

function categoryOf(service: string, operation: string): Category | undefined {
  switch (service) {
    case 'ecs':
      return ecsCategories.get(operation);
    case 'elasticloadbalancing':
      if (operation.startsWith('Describe')) return 'elb-read';
      return /^(Dere|Re)gisterTargets$/.test(operation) ? 'elb-registration' : 'elb-modify';
    default:
      return undefined;
  }
}

const ecsCategories: ReadonlyMap<string, Category> = new Map<string, Category>([
  ['RegisterTaskDefinition', 'task-definition-modify'],
  ['DeregisterTaskDefinition', 'task-definition-modify'],
  ['DescribeTaskDefinition', 'task-definition-read'],
  ['ListTaskDefinitions', 'task-definition-read'],
  ['ListTaskDefinitionFamilies', 'task-definition-read'],
  ['DeleteTaskDefinitions', 'task-definition-delete'],
  ['CreateCluster', 'cluster-modify'],
  ['UpdateCluster', 'cluster-modify'],
  ['UpdateClusterSettings', 'cluster-modify'],
  ['PutClusterCapacityProviders', 'cluster-modify'],
  ['DeleteCluster', 'cluster-modify'],
  ['DescribeClusters', 'cluster-read'],
  ['ListClusters', 'cluster-read'],
  ['RunTask', 'cluster-resource-modify'],
  ['StopTask', 'cluster-resource-modify'],
  ['ExecuteCommand', 'cluster-resource-modify'],
  ['DescribeTasks', 'cluster-resource-read'],
  ['ListTasks', 'cluster-resource-read'],
  ['CreateService', 'service-modify'],
  ['UpdateService', 'service-modify'],
  ['DeleteService', 'service-modify'],
  ['DescribeServices', 'service-read'],
  ['ListServices', 'service-read'],
  ['DescribeServiceDeployments', 'service-deployment-read'],
  ['ListServiceDeployments', 'service-deployment-read'],
  ['DescribeServiceRevisions', 'service-deployment-read'],
  ['UpdateTaskProtection', 'task-protection'],
  ['GetTaskProtection', 'task-protection'],
  ['TagResource', 'tag-modify'],
  ['UntagResource', 'tag-modify'],
]);
