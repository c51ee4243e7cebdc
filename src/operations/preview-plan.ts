import { type RegisteredDefinition, readTaskDefinition } from '../aws/index.ts';
import { err, isoTime, ms, ok, type Result } from '../base/index.ts';
import { type Environment, isScaled, notYet, type WebService } from '../config/index.ts';
import {
  type Circumstances,
  type Color,
  emptyStream,
  type FleetReading,
  fold,
  isRunning,
  type Plan,
  planDeploy,
  primaryOf,
  type ResolvedImage,
  restLeftMs,
  type ScalingLimits,
  type ScalingReading,
  type SecretNow,
  type StreamState,
} from '../deployment/index.ts';
import { askAccount } from './account.ts';
import { alarmsBefore } from './alarms-before.ts';
import type { Context } from './context.ts';
import { type Change, definitionChanges } from './definition-changes.ts';
import { lookAround, needsTerraform } from './deploy.ts';
import { doingOf, findJournal, seemsLost } from './desk.ts';
import { plannedSite } from './planned-site.ts';
import { type PreflightCheck, preflight } from './preflight.ts';
import type { OperationRefusal } from './refusal.ts';
import { hostsOf } from './route-host.ts';
import { placeText } from './secret-values.ts';
import { placesOf } from './secrets-now.ts';

/** What a deployment would do, and what of the present it would change. Nothing was changed to find out. */
export interface Preview {
  readonly plan: Plan;
  /** The environment or the service is not made yet. */
  readonly makes: boolean;
  /** What runs in each colour, as its answers call it, else its id; null where nothing is known. */
  readonly names: Readonly<Record<Color, string | null>>;
  /** Against what is live; all of it where nothing is. */
  readonly changes: readonly Change[];
  readonly secrets: readonly SecretSeen[];
  /** What was looked at; a deployment is refused where one of it is no good. Empty where nothing is made yet. */
  readonly checks: readonly PreflightCheck[];
  readonly tasks: { readonly live: number; readonly idle: number; readonly wanted: number };
  /** The idle colour is warm: it is given up, after so long. */
  readonly givesUp: { readonly color: Color; readonly tasks: number; readonly waitSeconds: number } | null;
  /** Of the drive, without keep-warm and pauses. */
  readonly estimate: { readonly aboutSeconds: number; readonly mostSeconds: number };
}

/** A secret of the service, as it is now. */
export interface SecretSeen {
  /** The variable that gets it. */
  readonly name: string;
  /** `ssm:/items/url`, as the service's JSON has it. */
  readonly from: string;
  /** Null where there is none, or it can't be told. */
  readonly version: string | null;
  /** ISO 8601; null like the version. */
  readonly changedAt: string | null;
  /** It changed after the live tasks were given theirs: a rollback to them starts them anew. */
  readonly newerThanLive: boolean;
}

/** What `plan` is asked for. */
export interface Wished {
  readonly service: WebService;
  /** Asked for once nothing refuses the deployment: it may have to be built. */
  readonly image: () => Promise<ResolvedImage>;
  readonly bakeSeconds: number | undefined;
}

/** From an answered UpdateService until the first health check: an image is pulled, a process starts. */
const startSeconds = { local: 2, aws: 45 } as const;

/** Computes what `deploy` would do now. Writes nothing, takes no lease. */
export async function previewPlan(context: Context, wished: Wished): Promise<Result<Preview, OperationRefusal>> {
  const { service, image, bakeSeconds } = wished;
  const what = notYet(service);
  if (what.length > 0) return err({ kind: 'not-yet', what });
  const account = await askAccount(context);
  if (account !== undefined && account !== 'unknown') return err(account);
  const read = await readState(context, service.name);
  const around = read.ok ? await lookAround(context, service, read.value) : read;
  if (!around.ok) {
    const missing = around.error.kind === 'site' && around.error.error.kind === 'missing';
    if (!missing || !context.runtime) return around;
    const alarmed = await alarmsBefore(context, service);
    return alarmed ? err(alarmed) : previewNew(context, wished, context.runtime.trafficSettleSeconds);
  }
  // On the local runtime a deployment makes first what is missing.
  const circumstances = context.runtime ? { ...around.value, ...madeScalable(around.value, service) } : around.value;
  if (!context.runtime && needsTerraform(circumstances, service)) return err({ kind: 'terraform-first' });
  const plan = planDeploy(circumstances, await image(), context.sha256, bakeSeconds);
  if (!plan.ok) return err({ kind: 'plan', refusal: plan.error });
  const checks: readonly PreflightCheck[] = [
    { name: 'account', found: accountFinding(context, account === 'unknown') },
    ...(await preflight(context, circumstances, plan.value)),
  ];
  return ok({ ...(await previewOf(context, circumstances, plan.value)), checks });
}

const accountFinding = ({ environment }: Context, isUnknown: boolean): PreflightCheck['found'] =>
  isUnknown ? { kind: 'skip', why: 'STS does not answer' } : { kind: 'ok', what: environment.account };

/**
 * Computes what `deploy` would do in an environment that is not made: what provisioning will make is taken for made.
 * Asks nobody.
 */
export async function previewNew(
  given: Pick<Context, 'newId' | 'sha256'> & { readonly environment: Environment },
  { service, image, bakeSeconds }: Wished,
  trafficSettleSeconds: number,
): Promise<Result<Preview, OperationRefusal>> {
  const what = notYet(service);
  if (what.length > 0) return err({ kind: 'not-yet', what });
  const empty = { desired: 0, running: 0, pending: 0, deployments: [], tasks: [], targets: [], stopped: [] };
  const place = { blue: 100, green: 0 };
  const circumstances: Circumstances = {
    id: given.newId(),
    service,
    site: plannedSite(given.environment, service, trafficSettleSeconds),
    state: emptyStream,
    traffic: { production: [place], test: [place] },
    fleet: { blue: empty, green: empty },
    scaling: isScaled(service) ? untouchedScaling(service) : null,
    secrets: placesOf(service, given.environment).map(({ own, ...place }) => ({
      ...place,
      reading: { kind: 'missing' },
    })),
    route: { origin: 'http://127.0.0.1:8080', hostOf: hostsOf(service, '127.0.0.1:8080') },
    pace: { pollMs: 250, clockSkewSeconds: 0, probesPerSecond: 10 },
  };
  const plan = planDeploy(circumstances, await image(), given.sha256, bakeSeconds);
  if (!plan.ok) return err({ kind: 'plan', refusal: plan.error });
  return ok({
    ...common(circumstances, plan.value, 'local'),
    makes: true,
    changes: changesTo(plan.value, undefined),
    secrets: circumstances.secrets.map((secret) => ({
      name: secret.variable,
      from: fromOf(secret, service),
      version: null,
      changedAt: null,
      newerThanLive: false,
    })),
    checks: [],
    givesUp: null,
  });
}

/** Limits as provisioning leaves them. */
function untouchedScaling({ scaling }: WebService): ScalingReading {
  const limits: ScalingLimits = { min: 0, max: scaling.max, schedules: 'suspended' };
  return { blue: limits, green: limits };
}

const madeScalable = ({ scaling }: Circumstances, service: WebService): Pick<Circumstances, 'scaling'> => ({
  scaling: isScaled(service) ? (scaling ?? untouchedScaling(service)) : null,
});

/** The journal's fold; refused where a deployment runs. */
async function readState(context: Context, service: string): Promise<Result<StreamState, OperationRefusal>> {
  const { signal, clock } = context;
  const journal = await findJournal(context, service, signal);
  if (!journal.ok) return journal;
  const [lease, tail] = await Promise.all([journal.value.readLease(signal), journal.value.readTail(signal)]);
  if (!lease.ok) return err({ kind: 'journal', error: lease.error });
  if (!tail.ok) return err({ kind: 'journal', error: tail.error });
  const state = fold(tail.value);
  const doing = doingOf(state);
  const held = lease.value;
  if (!doing || !held || !isRunning(state)) return ok(state);
  const { holder } = held;
  return err({ kind: held.released || seemsLost(held, clock) ? 'orphan' : 'busy', holder, doing });
}

async function previewOf(context: Context, circumstances: Circumstances, plan: Plan): Promise<Omit<Preview, 'checks'>> {
  const { fleet, state, service, secrets } = circumstances;
  const live = plan.first ? undefined : await liveDefinition(context, fleet, plan.from);
  const idle = fleet[plan.to];
  const leftMs = restLeftMs(plan, state.rest[plan.to], plan.to, {
    at: isoTime(context.clock.now()),
    epoch: state.epoch,
    atZeroMs: { blue: undefined, green: undefined },
    sinceAnswerMs: { blue: neverMs, green: neverMs },
  });
  return {
    ...common(circumstances, plan, context.runtime ? 'local' : 'aws', leftMs / 1000),
    makes: false,
    changes: changesTo(plan, live),
    secrets: secrets.map((secret) => seen(secret, service, live)),
    givesUp: idle.desired > 0 ? { color: plan.to, tasks: idle.desired, waitSeconds: leftMs / 1000 } : null,
  };
}

const neverMs = ms(Number.POSITIVE_INFINITY);

async function liveDefinition(
  context: Context,
  fleet: FleetReading,
  color: Color,
): Promise<RegisteredDefinition | undefined> {
  const arn = primaryOf(fleet[color])?.taskDefinition;
  const found = arn === undefined ? undefined : await readTaskDefinition(context.aws, arn, context.signal);
  return found?.ok ? found.value : undefined;
}

function common(
  { fleet, state, service }: Circumstances,
  plan: Plan,
  where: keyof typeof startSeconds,
  waitSeconds = 0,
): Pick<Preview, 'plan' | 'names' | 'tasks' | 'estimate'> {
  const runs = (color: Color): string | null =>
    state.identities[color] ?? [state.live, state.former].find((known) => known?.color === color)?.revision ?? null;
  const live = plan.first ? 0 : fleet[plan.from].running;
  const check = service.targetHealthCheck;
  const holds = plan.steps.reduce((sum, step) => sum + step.bakeSeconds, 0) + plan.bakeSeconds;
  const { healthTimeoutSeconds } = plan.timings;
  const usual = startSeconds[where] + check.intervalSeconds * check.healthyThreshold;
  const healthy = Math.min(usual, healthTimeoutSeconds);
  return {
    plan,
    names: { blue: runs('blue'), green: runs('green') },
    tasks: { live, idle: fleet[plan.to].running, wanted: Math.max(plan.minimumTasks, live) },
    estimate: {
      aboutSeconds: waitSeconds + healthy + holds,
      mostSeconds: waitSeconds + healthTimeoutSeconds + holds,
    },
  };
}

const changesTo = (plan: Plan, live: RegisteredDefinition | undefined): readonly Change[] =>
  plan.wish.kind === 'register' ? definitionChanges(live?.definition, plan.wish.definition) : [];

function seen(secret: SecretNow, service: WebService, live: RegisteredDefinition | undefined): SecretSeen {
  const { variable: name, reading } = secret;
  const there = reading.kind === 'there' ? reading : undefined;
  const changedAt = there?.changedAt ?? null;
  const newerThanLive =
    live !== undefined && changedAt !== null && Date.parse(changedAt) > Date.parse(live.registeredAt);
  return { name, from: fromOf(secret, service), version: there?.version ?? null, changedAt, newerThanLive };
}

function fromOf({ store, name, variable }: SecretNow, { secrets }: WebService): string {
  const secret = secrets[variable];
  return placeText({ store, name, key: (secret && 'key' in secret && secret.key) || null });
}
