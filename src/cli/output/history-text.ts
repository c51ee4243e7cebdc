import type { PastDeployment } from '../../operations/index.ts';
import { reasonText } from './reason-text.ts';
import { durationWords } from './words.ts';

/** A service's deployments, newest first. */
export function historyText(service: string, past: readonly PastDeployment[]): string {
  if (past.length === 0) return `${service} was never deployed.`;
  return past.map(deploymentText).join('\n\n');
}

function deploymentText(deployment: PastDeployment): string {
  const { id, kind, revision, to, by, openedAt, closedAt, outcome, measured, phase } = deployment;
  const took = closedAt ? ` after ${durationWords(Date.parse(closedAt) - Date.parse(openedAt))}` : '';
  const lines = [
    `${openedAt.slice(0, 19)}Z  ${id}  ${kind} ${revision} to ${to}, by ${by}`,
    `  ${outcome ? outcome.name : `running: ${phase}`}${took}`,
  ];
  if (outcome && outcome.name !== 'succeeded') lines.push(`  because ${reasonText(outcome.because)}`);
  if (measured) {
    const phases = Object.entries(measured.phases).map(([name, ms]) => `${name} ${durationWords(ms)}`);
    lines.push(`  ${phases.join(', ')}`);
    lines.push(
      `  probes: new colour ${measured.to.answers} answers, ${measured.to.failed} failed; old ${measured.from.answers}, ${measured.from.failed}`,
    );
    if (measured.cutoverMs !== null)
      lines.push(`  cutover: first answer of the new colour after ${measured.cutoverMs} ms`);
    if (measured.rollbackMs !== null)
      lines.push(`  taken back: no request sent more than ${measured.rollbackMs} ms later reached it`);
  }
  return lines.join('\n');
}
