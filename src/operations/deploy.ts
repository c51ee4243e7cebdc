import { locateOrigin } from '../aws/index.ts';
import { err, type Ms, ms, ok, type Result } from '../base/index.ts';
import { isScaled, notYet, terraformHash, type WebService } from '../config/index.ts';
import {
  type CallError,
  type Circumstances,
  type Color,
  type Driving,
  drive,
  driveDue,
  type Fleet,
  type FleetReading,
  healthyAny,
  isRunning,
  type Journal,
  type Outcome,
  openDeployment,
  type Plan,
  planDeploy,
  planRepair,
  planSwitch,
  type Reachable,
  type Refusal,
  type ResolvedImage,
  type Site,
  type StreamState,
} from '../deployment/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import { type Desk, doingOf, findJournal, findService, sitDown, type Whereabouts } from './desk.ts';
import { keepImage } from './kept-image.ts';
import { must } from './operation-error.ts';
import { imageCheck, preflight, refusalOf } from './preflight.ts';
import { type ProvisionedEnvironment, provisionEnvironment } from './provision-environment.ts';
import { provisionService } from './provision-service.ts';
import type { OperationRefusal } from './refusal.ts';
import { type RollbackTo, rollbackPlan } from './rollback-plan.ts';
import { hostsOf } from './route-host.ts';
import { secretsNow } from './secrets-now.ts';
import { type Discovered, discoverSite } from './site.ts';

/** How a deployment's drive by this process ended. */
export type Driven = {
  readonly plan: Plan;
  /** Where it can be read. */
  readonly journal: Journal;
} & ({ readonly kind: 'outcome'; readonly outcome: Outcome; readonly state: StreamState } | { readonly kind: 'left' });

/** What to deploy. */
export type Intention =
  | { readonly kind: 'deploy'; readonly image: ResolvedImage; readonly bakeSeconds: number | undefined }
  | { readonly kind: 'switch'; readonly to: Color }
  | { readonly kind: 'rollback'; readonly to: RollbackTo }
  | { readonly kind: 'repair'; readonly how: 'accept' | 'restore' | 'former' };

/** How long a load balancer may take to answer anything at all. */
const reachable = ms(5_000);
/** The same where it only tells whether what is taken back will be measured. */
const reachableSoon = ms(1_000);

/** The port of the first load balancer of the local environment. */
const firstLocalPort = 8080;

/** What a command has asked already, so that it is not asked twice. */
export interface Known {
  /** Why these credentials may change nothing, if so. */
  readonly account: Promise<OperationRefusal | undefined>;
  readonly whereabouts: Whereabouts;
}

/**
 * Opens a deployment and drives it to its outcome. On the local runtime it makes what is missing first; the order is
 * lease, refusal if one runs, provision, plan, drive.
 */
export async function release(
  context: Context,
  service: WebService,
  intention: Intention,
  known?: Known,
): Promise<Result<Driven, OperationRefusal>> {
  if (intention.kind !== 'deploy') return moveBack(context, service, intention, known);
  const refused = notYet(service);
  if (refused.length > 0) return err({ kind: 'not-yet', what: refused });
  const account = await checkAccount(context);
  if (account) return err(account);
  const made = context.runtime ? await provisionLocal(context) : undefined;
  const journal = made
    ? ok(context.journalOf(made.discovery.journalTable, service.name))
    : await findJournal(context, service.name, context.signal);
  if (!journal.ok) return journal;
  const desk = await sitDown(context, service.name, journal.value, 'ask');
  if (!desk.ok) return desk;
  await using held = desk.value;
  const doing = doingOf(held.record.state);
  if (doing) return err({ kind: 'orphan', holder: context.holder, doing });
  if (made)
    await provisionService(context.aws, made, context.project, context.environment.name, service, context.signal);
  const circumstances = await lookAround(context, service, held.record.state);
  if (!circumstances.ok) return circumstances;
  if (needsTerraform(circumstances.value, service)) return err({ kind: 'terraform-first' });
  const plan = await planFor(context, circumstances.value, intention);
  if (!plan.ok) return plan;
  const unfit = refusalOf(await preflight(context, circumstances.value, plan.value));
  if (unfit) return err(unfit);
  await keepImage(context, plan.value);
  return ok(await openAndDrive(context, held, circumstances.value, plan.value));
}

/**
 * To what runs already, or ran: nothing is made, and what is read first is read at once, for a person may be waiting to
 * be rid of a bad version. The world is read under the lease, like all that is planned on.
 */
async function moveBack(
  context: Context,
  service: WebService,
  intention: Exclude<Intention, { readonly kind: 'deploy' }>,
  known: Known | undefined,
): Promise<Result<Driven, OperationRefusal>> {
  const [account, found] = await Promise.all([
    known?.account ?? checkAccount(context),
    known ? ok(known.whereabouts) : findService(context, service.name, context.signal),
  ]);
  if (account) return err(account);
  if (!found.ok) return found;
  const { journal, site: discovered } = found.value;
  let world: Promise<World> | undefined;
  const desk = await sitDown(context, service.name, journal, 'ask', () => {
    if (!discovered.ok) return;
    world = readWorld(context, service, discovered.value, intention.kind);
    // Awaited below; whoever is refused before does not wait for it.
    world.catch(() => undefined);
  });
  if (!desk.ok) return desk;
  await using held = desk.value;
  const doing = doingOf(held.record.state);
  if (doing) return err({ kind: 'orphan', holder: context.holder, doing });
  if (!discovered.ok) return err({ kind: 'site', error: discovered.error });
  if (!world) throw new Error('the world is read once the lease is held');
  const circumstances = circumstancesOf(context, service, discovered.value.site, held.record.state, await world);
  const plan = await planFor(context, circumstances, intention);
  if (!plan.ok) return plan;
  const unfit = refusalOf([{ name: 'image', found: await imageCheck(context, plan.value) }]);
  if (unfit) return err(unfit);
  await keepImage(context, plan.value);
  tellWarm(context, circumstances, plan.value);
  return ok(await openAndDrive(context, held, circumstances, plan.value));
}

async function openAndDrive(context: Context, desk: Desk, { traffic }: Circumstances, plan: Plan): Promise<Driven> {
  const { holder, clock, emit } = context;
  await openDeployment(desk.record, plan, traffic, holder, desk.lease, clock, emit);
  return driveOn(context, desk);
}

/** Live may have grown since the former colour was last brought up to it: that is no reason to wait, and no secret. */
function tellWarm({ note }: Context, { fleet }: Circumstances, { kind, wish, from, to }: Plan): void {
  const [warm, live] = [healthyAny(fleet[to]), fleet[from].running];
  if (kind === 'rollback' && wish.kind === 'existing' && warm < live)
    note(`${warm} of ${live} tasks are warm in ${to}: it gets the traffic with these.`);
}

/** Whether the service's JSON has what is not applied yet: a field of Terraform's, or scaling where no colour can scale. */
export const needsTerraform = ({ site, scaling }: Circumstances, service: WebService): boolean =>
  site.terraformHash !== terraformHash(service) || isScaled(service) !== (scaling !== null);

/** Drives the running deployment of a desk to its outcome. */
export async function driveOn(context: Context, desk: Desk): Promise<Driven> {
  const { journal, record } = desk;
  const end = await drive(drivingOf(context, desk));
  const state = record.state;
  if (!state.deployment) throw new Error('a driven deployment is in the journal');
  const { plan } = state.deployment;
  return end.kind === 'outcome'
    ? { kind: 'outcome', outcome: end.outcome, plan, state, journal }
    : { kind: 'left', plan, journal };
}

/** Does the due work of a desk whose last deployment has its outcome. Resolves with the ms until more is due, or undefined. */
export async function doDueWork(context: Context, desk: Desk): Promise<number | undefined> {
  if (isRunning(desk.record.state)) return undefined;
  return driveDue(drivingOf(context, desk));
}

function drivingOf(context: Context, { journal, lease, record }: Desk): Driving {
  const { traffic, fleet, scaling, alarms, metrics, prober, commands, clock, emit, interrupt, guards } = context;
  return {
    world: { traffic, fleet, scaling, alarms, metrics, prober, commands, clock },
    journal,
    lease,
    record,
    emit,
    interrupt,
    ...(guards && { guards }),
  };
}

/** The plan of an intention under the circumstances. Only a rollback to what does not run any more asks for more. */
async function planFor(
  context: Context,
  circumstances: Circumstances,
  intention: Intention,
): Promise<Result<Plan, OperationRefusal>> {
  if (intention.kind === 'rollback') return rollbackPlan(context, circumstances, intention.to);
  const planned = purePlan(circumstances, intention, context.sha256);
  return planned.ok ? planned : err({ kind: 'plan', refusal: planned.error });
}

function purePlan(
  circumstances: Circumstances,
  intention: Exclude<Intention, { readonly kind: 'rollback' }>,
  sha256: (text: string) => string,
): Result<Plan, Refusal> {
  switch (intention.kind) {
    case 'deploy':
      return planDeploy(circumstances, intention.image, sha256, intention.bakeSeconds);
    case 'switch':
      return planSwitch(circumstances, intention.to);
    case 'repair':
      return planRepair(circumstances, intention.how);
  }
}

/** Reads all that a deployment's plan is computed from. Changes nothing. */
export async function lookAround(
  context: Context,
  service: WebService,
  state: StreamState,
): Promise<Result<Circumstances, OperationRefusal>> {
  const discovered = await discoverSite(context.aws, context.environment.name, service.name, context.signal);
  if (!discovered.ok) return err({ kind: 'site', error: discovered.error });
  const world = await readWorld(context, service, discovered.value, 'deploy');
  return ok(circumstancesOf(context, service, discovered.value.site, state, world));
}

/** What a plan needs to know besides the journal. */
type World = Pick<Circumstances, 'traffic' | 'fleet' | 'scaling' | 'secrets' | 'route'>;

async function readWorld(
  context: Context,
  service: WebService,
  { site, service: published }: Discovered,
  kind: Intention['kind'],
): Promise<World> {
  const { signal } = context;
  const deploys = kind === 'deploy';
  // What takes traffic elsewhere goes by the limits that the journal knows: it must not wait for another service.
  const scaled = deploys && published.scalable;
  const [traffic, fleet, scaling, secrets, route] = await Promise.all([
    context.traffic.read(site, signal),
    deploys ? context.fleet.read(site, undefined, signal) : readCounts(context.fleet, site, signal),
    scaled ? context.scaling.read(site, signal) : undefined,
    deploys ? secretsNow(context, service) : [],
    findRoute(context, service, site, deploys ? reachable : reachableSoon),
  ]);
  return {
    traffic: must('read the weights', traffic),
    fleet: must('read the ECS services', fleet),
    scaling: scaling ? must('read the limits of autoscaling', scaling) : null,
    secrets,
    route,
  };
}

function circumstancesOf(
  context: Context,
  service: WebService,
  site: Site,
  state: StreamState,
  world: World,
): Circumstances {
  const local = context.runtime !== null;
  return {
    id: context.newId(),
    service,
    site,
    state,
    ...world,
    // One machine has one clock; on AWS two drivers may be five minutes off each, or their calls are refused.
    pace: { pollMs: pollMs(context), clockSkewSeconds: local ? 0 : 600, probesPerSecond: local ? 10 : 2 },
  };
}

/** How far apart looks are: what takes AWS half a minute need not be asked for four times a second. */
function pollMs({ runtime }: Context): number {
  if (!runtime) return 2_500;
  return runtime.timing === 'instant' ? 250 : 500;
}

/** Both colours without their tasks: whether something runs there is told by its service and its targets. */
async function readCounts(fleet: Fleet, site: Site, signal: AbortSignal): Promise<Result<FleetReading, CallError>> {
  const [services, blue, green] = await Promise.all([
    fleet.readServices(site, signal),
    fleet.readTargets(site, 'blue', signal),
    fleet.readTargets(site, 'green', signal),
  ]);
  if (!services.ok) return services;
  if (!blue.ok) return blue;
  if (!green.ok) return green;
  return ok({
    blue: { ...services.value.blue, targets: blue.value, tasks: [], stopped: [] },
    green: { ...services.value.green, targets: green.value, tasks: [], stopped: [] },
  });
}

/** Makes what the environment needs on the local runtime. */
export function provisionLocal(context: Context): Promise<ProvisionedEnvironment> {
  const { environment, runtime, aws, signal } = context;
  if (!runtime) throw new Error('only the local environment is provisioned by SDK calls');
  return provisionEnvironment(
    aws,
    { environment, trafficSettleSeconds: runtime.trafficSettleSeconds, firstPort: firstLocalPort },
    signal,
  );
}

async function findRoute(context: Context, service: WebService, site: Site, timeoutMs: Ms): Promise<Reachable | null> {
  const place = site.places[0];
  if (!place) return null;
  const found = await locateOrigin(context.aws, site, context.signal, await context.listeners());
  if (!found) return null;
  const { origin } = found;
  const hostOf = hostsOf(service, new URL(origin).host);
  const host = hostOf('/');
  const tried = await context.prober.send({ origin, host, path: '/', headers: {}, timeoutMs }, context.signal);
  if (tried.kind === 'answered') return { origin, hostOf };
  context.note(`${origin} can't be reached from here (${tried.why}): the switch will not be measured.`);
  return null;
}
