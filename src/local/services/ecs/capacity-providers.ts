import type { CapacityProvider, CapacityProviderStrategyItem, Failure } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, nameOf } from './arn.ts';
import { activeCluster } from './cluster.ts';
import type { ClusterDocument, EcsHandler } from './ecs-state.ts';

const invalid = (message: string): never => refuse('InvalidParameterException', message);

/** Those that every account has (ECS-DG/fargate-capacity-providers). There are no others here. */
const fargate = ['FARGATE', 'FARGATE_SPOT'];

export function checkedProviders(names: readonly string[]): string[] {
  for (const name of names)
    if (!fargate.includes(name))
      invalid(`The specified capacity provider '${name}' was not found. Specify a valid name or ARN and try again.`);
  return [...names];
}

/** Checks a strategy against the providers of its cluster; base and weight are 0 unless given (ECS-API/API_CapacityProviderStrategyItem). */
export function checkedStrategy(
  { capacityProviders }: Pick<ClusterDocument, 'capacityProviders'>,
  strategy: readonly CapacityProviderStrategyItem[],
): readonly CapacityProviderStrategyItem[] {
  if (strategy.length > 20) invalid('A capacity provider strategy can contain a maximum of 20 capacity providers.');
  const items = strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));
  for (const { capacityProvider = '', weight, base } of items) {
    if (!capacityProviders.includes(capacityProvider))
      invalid(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the ' +
          'cluster. Associate the capacity provider with the cluster and try again.',
      );
    if (weight < 0 || weight > 1000) invalid('The weight of a capacity provider must be between 0 and 1000.');
    if (base < 0 || base > 100_000) invalid('The base of a capacity provider must be between 0 and 100000.');
  }
  if (items.filter((one) => one.base > 0).length > 1)
    invalid('A capacity provider strategy can have only one capacity provider with a base.');
  if (items.length > 1 && items.every((one) => one.weight === 0))
    invalid('A capacity provider strategy must have at least one capacity provider with a weight greater than 0.');
  return items;
}

/**
 * The provider of the next task, where `placed` tells how many each has: the base first, then by weight. With one
 * provider alone it is that one, whatever its weight.
 */
export function nextProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  placed: (provider: string) => number,
): string | undefined {
  const based = strategy.find(({ capacityProvider = '', base = 0 }) => placed(capacityProvider) < base);
  if (based) return based.capacityProvider;
  let next = strategy[0];
  let least = Number.POSITIVE_INFINITY;
  for (const one of strategy) {
    const beyond = placed(one.capacityProvider ?? '') - (one.base ?? 0);
    const share = (one.weight ?? 0) > 0 ? (beyond + 1) / (one.weight ?? 0) : Number.POSITIVE_INFINITY;
    if (share >= least) continue;
    least = share;
    next = one;
  }
  return next?.capacityProvider;
}

/** ECS-API/API_DescribeCapacityProviders */
export const describeCapacityProviders: EcsHandler<'DescribeCapacityProviders'> = (state, input) => {
  if (input.cluster !== undefined) activeCluster(state, input.cluster);
  const wanted = input.capacityProviders?.length ? input.capacityProviders.map(nameOf) : fargate;
  const arnOf = (name: string) => ecsArn(state.world, `capacity-provider/${name}`);
  const known = wanted.filter((name) => fargate.includes(name));
  return {
    capacityProviders: known.map(
      (name): CapacityProvider => ({ capacityProviderArn: arnOf(name), name, status: 'ACTIVE', tags: [] }),
    ),
    failures: wanted
      .filter((name) => !fargate.includes(name))
      .map((name): Failure => ({ arn: arnOf(name), reason: 'MISSING' })),
  };
};
