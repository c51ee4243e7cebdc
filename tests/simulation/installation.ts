import { type Aws, change } from '../../src/aws/index.ts';
import { seconds } from '../../src/base/index.ts';
import type { Environment, WebService } from '../../src/config/index.ts';
import { discoveryPath, ecsServiceName, targetGroupName } from '../../src/config/index.ts';
import { anEnvironment } from '../../src/config/testing.ts';
import { type Color, colors } from '../../src/deployment/index.ts';
import { must } from '../../src/operations/operation-error.ts';
import { provisionEnvironment } from '../../src/operations/provision-environment.ts';
import { provisionService } from '../../src/operations/provision-service.ts';
import { putDocument } from '../../src/operations/put-document.ts';
import { discoverSite } from '../../src/operations/site.ts';
import { account, region, type SimulatedWorld } from './world.ts';

/** One service in one environment as provisioning made it: what the checks of the true state go by. */
export interface Installation {
  readonly environment: Environment;
  readonly service: WebService;
  readonly cluster: string;
  readonly journalTable: string;
  readonly testToken: string;
  readonly listener: string;
  /** ARNs of the places: rules, and the listener where its default action is one. */
  readonly places: readonly string[];
  /** ARNs. */
  readonly testRules: readonly string[];
  readonly groups: Readonly<Record<Color, string>>;
  readonly ecsServices: Readonly<Record<Color, string>>;
}

/** An environment on AWS, as far as teal can tell: nothing of the local runtime's own is used. */
const environment = anEnvironment('sim', { account, region, size: 'frugal', allowEndpoint: true });

/** As Terraform would where a service takes whatever no rule takes: it names the listener as a place. */
async function leadByDefault(aws: Aws, listener: string, service: string, signal: AbortSignal): Promise<void> {
  const found = await discoverSite(aws, environment.name, service, signal);
  if (!found.ok) throw new Error('what was provisioned is found');
  const { colors } = found.value.site;
  const { client, sdk } = await aws.clients.elb();
  const TargetGroups = [
    { TargetGroupArn: colors.blue.targetGroup, Weight: 100 },
    { TargetGroupArn: colors.green.targetGroup, Weight: 0 },
  ];
  const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  const command = new sdk.ModifyListenerCommand({ ListenerArn: listener, DefaultActions });
  must('set the default action', await change(aws, client, command, signal, (output) => output.Listeners));
  const { service: document } = found.value;
  const places = [...document.places, { listener }];
  await putDocument(aws, discoveryPath(environment.name, service), { ...document, places }, signal);
}

/** Provisions in a world without faults, as Terraform would have done before. */
export async function install(
  world: SimulatedWorld,
  service: WebService,
  trafficSettleSeconds = 60,
  {
    byDefault = false,
  }: { /** The listener's default action leads to the service too. */ readonly byDefault?: boolean } = {},
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
    if (byDefault) await leadByDefault(aws, listener, service.name, signal);
    // Weights are in force on the data plane a while after they were written.
    await actor.clock.sleep(seconds(10));
  });
  await world.scheduler.run({ limit: seconds(120) });
  world.network.rates = rates;
  const rules = world.elb.rules
    .entries()
    .map(([, rule]) => rule)
    .filter((rule) => rule.listenerArn === listener && rule.priority > 0)
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
    places: [...rules.filter((_, index) => index % 2 === 1).map(({ arn }) => arn), ...(byDefault ? [listener] : [])],
    testRules: rules.filter((_, index) => index % 2 === 0).map(({ arn }) => arn),
    groups: { blue: group('blue'), green: group('green') },
    ecsServices: Object.fromEntries(colors.map((color) => [color, ecsServiceName(service.name, color)])) as Record<
      Color,
      string
    >,
  };
}
