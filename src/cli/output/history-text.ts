import { eventsOf } from '../../deployment/index.ts';
import type { PastDeployment } from '../../operations/index.ts';
import { createTeller } from './event-text.ts';
import { reasonText } from './reason-text.ts';
import { agoWords, counted, durationWords, groups, shortId, stopwatch, wrap } from './words.ts';

const labels: Readonly<Record<string, string>> = {
  preparing: 'prepare',
  provisioning: 'provision',
  verifying: 'verify',
  shifting: 'shift',
  baking: 'bake',
  'rolling-back': 'roll back',
};

/** A service's deployments, newest first. `now` in ms since 1970. */
export function historyText(service: string, past: readonly PastDeployment[], now: number): string {
  if (past.length === 0) return `${service} was never deployed.`;
  return past.map((deployment) => deploymentText(deployment, now)).join('\n\n');
}

/** One deployment with its events, times since it was opened. */
export function pastDeploymentText(deployment: PastDeployment, now: number): string {
  const tell = createTeller();
  const openedAt = Date.parse(deployment.openedAt);
  const lines = eventsOf(deployment.entries).flatMap((event) => {
    const text = tell(event);
    return text === undefined
      ? []
      : [wrap(`${stopwatch(Date.parse(event.at) - openedAt)}  ${text}`, 80, ' '.repeat(7))];
  });
  return [`deployment ${deployment.id}`, deploymentText(deployment, now), '', ...lines].join('\n');
}

function deploymentText(deployment: PastDeployment, now: number): string {
  const { id, kind, revision, to, by, openedAt, closedAt, outcome, measured, phase } = deployment;
  const opened = Date.parse(openedAt);
  const took = closedAt ? ` after ${durationWords(Date.parse(closedAt) - opened)}` : '';
  const lines = [
    `${shortId(id)}  ${kind} of ${revision} to ${to} by ${by}, ${agoWords(now - opened)}`,
    `${outcome ? outcome.name : `running: ${phase}`}${took}   ${openedAt.slice(0, 19)}Z`,
  ];
  if (outcome && outcome.name !== 'succeeded') lines.push(`because ${reasonText(outcome.because)}`);
  if (measured) {
    lines.push(
      Object.entries(measured.phases)
        .map(([name, ms]) => `${labels[name] ?? name} ${durationWords(ms)}`)
        .join(', '),
    );
    const { from, to: after } = measured;
    if (from.answers + after.answers > 0) {
      lines.push(
        `probes: new version ${counted(after.answers, 'answer')}, ${groups(after.failed)} failed; old ${groups(from.answers)}, ${groups(from.failed)} failed`,
      );
    }
    if (measured.cutoverMs !== null)
      lines.push(`cutover: first answer of the new version after ${measured.cutoverMs} ms`);
    if (measured.stickyCutoverMs !== null)
      lines.push(`for sticky clients: after ${measured.stickyCutoverMs} ms, from the write of all traffic`);
    if (measured.rollbackMs !== null)
      lines.push(`taken back: no request sent more than ${measured.rollbackMs} ms later reached it`);
    if (measured.stickyRollbackMs !== null)
      lines.push(`of sticky clients: none sent more than ${measured.stickyRollbackMs} ms later`);
  }
  return lines.map((line, index) => wrap(index === 0 ? line : `  ${line}`, 80, '    ')).join('\n');
}
