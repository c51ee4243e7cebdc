import {
  type DeploymentEvent,
  type DeploymentState,
  type Evidence,
  eventsOf,
  fold,
  type Measured,
  type Outline,
  outlineOf,
  type Reason,
  shareOf,
  type Weights,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import type { Driven } from './deploy.ts';

/** What is told of a deployment when its driver ends. Reading it is best effort: what can't be read is left out. */
export interface Report {
  readonly outline: Outline | null;
  /** As the journal holds them; no event carries a secret's value. */
  readonly events: readonly DeploymentEvent[];
  readonly tookMs: number | null;
  /** What the new colour had of the traffic; null where it had none. */
  readonly carried: { readonly largestShare: number; readonly ms: number } | null;
  readonly measured: Measured | null;
  /** The weights that teal last wrote. */
  readonly weights: Weights | null;
  readonly evidence: Evidence;
  /** The last lines that tasks of the new colour wrote, oldest first. */
  readonly logs: readonly TaskLog[];
}

export interface TaskLog {
  /** ARN. */
  readonly task: string;
  readonly lines: readonly string[];
}

/** Of so many tasks, so many lines each. */
const mostTasks = 3;
const mostLines = 50;

/** Collects what a person wants to see of a deployment that just ended, its logs where it went wrong. */
export async function collectEvidence(context: Context, driven: Driven): Promise<Report> {
  const { plan } = driven;
  const tail = await driven.journal.readTail(context.signal);
  const entries = (tail.ok ? tail.value : []).filter((entry) => entry.deployment === plan.id);
  const state = driven.kind === 'outcome' ? driven.state : fold(entries);
  const deployment = state.deployment;
  const events = eventsOf(entries);
  const because =
    deployment?.outcome && deployment.outcome.name !== 'succeeded' ? deployment.outcome.because : undefined;
  const evidence = because ? evidenceIn(because) : nothing;
  const closed = entries.find((entry) => entry.kind === 'closed');
  return {
    outline: outlineOf(state) ?? null,
    events,
    tookMs: deployment?.closedAt ? Date.parse(deployment.closedAt) - Date.parse(deployment.openedAt) : null,
    carried: carriedBy(plan.to, events),
    measured: closed?.kind === 'closed' ? closed.body.measured : null,
    weights: state.weights,
    evidence,
    logs: deployment && because && because.kind !== 'asked' ? await lastWords(context, deployment, evidence) : [],
  };
}

const nothing: Evidence = { stopped: [], targets: [], lastLines: [] };

function evidenceIn(reason: Reason): Evidence {
  if ('evidence' in reason) return reason.evidence;
  return reason.kind === 'nothing-to-return-to' && reason.first ? evidenceIn(reason.first) : nothing;
}

/** The largest share that was written, and from the first write that gave some to the one that took all back. */
function carriedBy(to: 'blue' | 'green', events: readonly DeploymentEvent[]): Report['carried'] {
  let largestShare = 0;
  let since: number | undefined;
  let until: number | undefined;
  for (const event of events) {
    if (event.type !== 'weights') continue;
    const share = shareOf(to, event.body);
    const written = Date.parse(event.body.sentAt);
    largestShare = Math.max(largestShare, share);
    if (share > 0) since ??= written;
    else until = Date.parse(event.at);
  }
  const last = events.at(-1);
  if (since === undefined || !last) return null;
  return { largestShare, ms: (until ?? Date.parse(last.at)) - since };
}

/** What tasks of the new revision wrote last: those that stopped first, then those that run. */
async function lastWords(
  context: Context,
  deployment: DeploymentState,
  evidence: Evidence,
): Promise<readonly TaskLog[]> {
  const { plan, taskDefinition } = deployment;
  const fleet = await context.fleet.read(plan.site, plan.to, context.signal);
  const now = fleet.ok ? [...fleet.value[plan.to].stopped, ...fleet.value[plan.to].tasks] : [];
  const ours = now.filter((task) => task.taskDefinition === taskDefinition);
  const tasks = new Map([...evidence.stopped, ...ours].map((task) => [task.arn, task]));
  const logs = await Promise.all(
    [...tasks.values()].slice(0, mostTasks).map(async (task) => ({
      task: task.arn,
      lines: await context.fleet.lastLogLines(task, mostLines, context.signal),
    })),
  );
  return logs.filter(({ lines }) => lines.length > 0);
}
