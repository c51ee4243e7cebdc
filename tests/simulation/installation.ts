import { seconds } from '../../src/base/index.ts';
import type { Environment, WebService } from '../../src/config/index.ts';
import { ecsServiceName, targetGroupName } from '../../src/config/index.ts';
import { type Color, colors } from '../../src/deployment/index.ts';
import { provisionEnvironment } from '../../src/operations/provision-environment.ts';
import { provisionService } from '../../src/operations/provision-service.ts';
import { account, region, type SimulatedWorld } from './world.ts';

/** One service in one environment as provisioning made it: what the checks of the true state go by. */
export interface Installation {
  readonly environment: Environment;
  readonly service: WebService;
  readonly cluster: string;
  readonly journalTable: string;
  readonly testToken: string;
  readonly listener: string;
  readonly rules: { readonly production: string; readonly test: string };
  readonly groups: Readonly<Record<Color, string>>;
  readonly ecsServices: Readonly<Record<Color, string>>;
}

/** An environment on AWS, as far as teal can tell: nothing of the local runtime's own is used. */
const environment: Environment = {
  name: 'sim',
  account,
  region,
  size: 'frugal',
  protected: false,
  allowEndpoint: true,
  stateScope: 'all',
  network: { mode: 'create', zones: 2 },
  loadBalancers: { main: { domain: null } },
  database: null,
  notify: { email: [], webhook: [] },
};

/** Provisions in a world without faults, as Terraform would have done before. */
export async function install(
  world: SimulatedWorld,
  service: WebService,
  trafficSettleSeconds = 60,
): Promise<Installation> {
  const { actor, clients, random } = world.process('provision');
  const { rates } = world.network;
  world.network.rates = {};
  let listener = '';
  let journalTable = '';
  let testToken = '';
  let cluster = '';
  const aws = { clients, clock: actor.clock, random };
  actor.start(async () => {
    const { signal } = new AbortController();
    const made = await provisionEnvironment(aws, { environment, trafficSettleSeconds, firstPort: 8080 }, signal);
    await provisionService(aws, made, 'shop', environment.name, service, signal);
    listener = made.balancers.get('main')?.listener ?? '';
    ({ journalTable, testToken, cluster } = made.discovery);
    // Weights are in force on the data plane a while after they were written.
    await actor.clock.sleep(seconds(10));
  });
  await world.scheduler.run({ limit: seconds(120) });
  world.network.rates = rates;
  const [testRule, productionRule] = world.elb.rules
    .entries()
    .map(([, rule]) => rule)
    .filter((rule) => rule.listenerArn === listener)
    .sort((a, b) => a.priority - b.priority);
  const group = (color: Color): string => {
    const name = targetGroupName(environment.name, service.name, color);
    return world.elb.targetGroups.entries().find(([, record]) => record.name === name)?.[0] ?? '';
  };
  return {
    environment,
    service,
    cluster,
    journalTable,
    testToken,
    listener,
    rules: { production: productionRule?.arn ?? '', test: testRule?.arn ?? '' },
    groups: { blue: group('blue'), green: group('green') },
    ecsServices: Object.fromEntries(colors.map((color) => [color, ecsServiceName(service.name, color)])) as Record<
      Color,
      string
    >,
  };
}
