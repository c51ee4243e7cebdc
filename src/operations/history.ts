import { err, ok, type Result } from '../base/index.ts';
import {
  type Color,
  type DeploymentKind,
  type Entry,
  fold,
  type Measured,
  type Outcome,
  type PhaseName,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import { findJournal } from './desk.ts';
import type { OperationRefusal } from './refusal.ts';

/** One deployment of the past, or the present one, as its entries tell. */
export interface PastDeployment {
  readonly id: string;
  readonly kind: DeploymentKind;
  readonly revision: string;
  /** ARN of what it made live; null before it was registered. */
  readonly taskDefinition: string | null;
  readonly to: Color;
  readonly by: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly phase: PhaseName;
  /** Null while it runs. */
  readonly outcome: Outcome | null;
  readonly measured: Measured | null;
  readonly entries: readonly Entry[];
}

/** All deployments of a service, newest first. */
export async function history(
  context: Context,
  service: string,
): Promise<Result<readonly PastDeployment[], OperationRefusal>> {
  const journal = await findJournal(context, service, context.signal);
  if (!journal.ok) return journal;
  const all = await journal.value.readAll(context.signal);
  if (!all.ok) return err({ kind: 'journal', error: all.error });
  const groups: Entry[][] = [];
  for (const entry of all.value) {
    if (entry.kind === 'opened') groups.push([]);
    groups.at(-1)?.push(entry);
  }
  return ok(groups.flatMap(toDeployment).reverse());
}

function toDeployment(entries: readonly Entry[]): PastDeployment[] {
  const [opened] = entries;
  const deployment = fold(entries).deployment;
  if (opened?.kind !== 'opened' || !deployment) return [];
  const closed = entries.find((entry) => entry.kind === 'closed');
  const { plan } = deployment;
  return [
    {
      id: plan.id,
      kind: plan.kind,
      revision: plan.revision.id,
      taskDefinition: deployment.taskDefinition ?? null,
      to: plan.to,
      by: opened.body.by.who,
      openedAt: opened.at,
      closedAt: closed?.at ?? null,
      phase: deployment.phase.name,
      outcome: deployment.outcome ?? null,
      measured: closed?.kind === 'closed' ? closed.body.measured : null,
      entries,
    },
  ];
}
