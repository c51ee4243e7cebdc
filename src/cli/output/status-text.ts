import { fullColor } from '../../deployment/index.ts';
import type { OperationRefusal, ServiceStatus } from '../../operations/index.ts';
import { durationWords } from './words.ts';

/** What is live where: what needs a person first. */
export function statusText(
  environment: string,
  found: readonly { name: string; status: ServiceStatus | OperationRefusal }[],
  now: number,
): string {
  const rows = found.map(({ name, status }) =>
    'kind' in status ? { urgent: false, cells: [name, '–', '–', '–', 'never deployed'] } : rowOf(status, now),
  );
  const sorted = [...rows].sort((a, b) => Number(b.urgent) - Number(a.urgent));
  const table = [['service', 'live', 'traffic', 'tasks', 'last deployment'], ...sorted.map((row) => row.cells)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => (cells[column] ?? '').length)));
  const lines = table.map((cells, index) => {
    const mark = index > 0 && sorted[index - 1]?.urgent ? '!' : ' ';
    return `${mark} ${cells.map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ')}`.trimEnd();
  });
  const url = found.map(({ status }) => ('kind' in status ? null : status.url)).find((value) => value !== null);
  return [`environment ${environment}${url ? `  ${url}` : ''}`, ...lines].join('\n');
}

function rowOf(status: ServiceStatus, now: number): { urgent: boolean; cells: string[] } {
  const { service, weights, colors, deployment, state, lease } = status;
  const live = weights && fullColor(weights);
  const shown = live ?? (weights && weights.blue >= weights.green ? 'blue' : 'green');
  const revision = state.live?.color === live ? state.live?.revision : undefined;
  const traffic = !weights ? 'foreign' : live ? '100 %' : `${weights.blue}/${weights.green}`;
  const { healthy, desired } = colors[shown];
  const cells = [service, `${shown}${revision ? ` ${revision}` : ''}`, traffic, `${healthy}/${desired}`];
  if (!deployment) return { urgent: false, cells: [...cells, 'never deployed'] };
  if (status.orphan) {
    const lost =
      lease && !lease.released ? `driver lost ${durationWords(now - lease.renewedAt)} ago` : 'left without a driver';
    return { urgent: true, cells: [...cells, `${lost} → teal resume ${service}`] };
  }
  if (!deployment.outcome) {
    const step =
      deployment.phase.name === 'shifting'
        ? ` step ${deployment.phase.step + 1} of ${deployment.plan.steps.length}`
        : '';
    const paused = deployment.paused ? ', paused' : '';
    return {
      urgent: false,
      cells: [...cells, `running: ${deployment.phase.name}${step}${paused} (${lease?.holder.who ?? ''})`],
    };
  }
  const ago = deployment.closedAt ? ` ${durationWords(now - Date.parse(deployment.closedAt))} ago` : '';
  if (deployment.outcome.name === 'halted')
    return { urgent: true, cells: [...cells, `halted${ago} → teal resume ${service} --accept or --restore`] };
  const warm =
    status.keepWarmMs === null
      ? ''
      : `, ${deployment.plan.from} ${Number.isFinite(status.keepWarmMs) ? `warm for ${durationWords(status.keepWarmMs)}` : 'kept warm'}`;
  return { urgent: false, cells: [...cells, `${deployment.outcome.name}${ago}${warm}`] };
}
