import { type Color, fullColor, outlineOf, shareOf } from '../../deployment/index.ts';
import type { OperationRefusal, ServiceStatus, WatchedAlarm, WatchNow } from '../../operations/index.ts';
import { nameOf } from './event-text.ts';
import { agoWords, countWords, durationWords, percentWords, wrap } from './words.ts';

export interface FoundService {
  readonly name: string;
  readonly status: ServiceStatus | OperationRefusal;
}

/** One line of the table: what needs a person names the command that ends it. */
export interface StatusRow {
  readonly cells: readonly string[];
  readonly urgent: boolean;
  /** What one would do next; '' where nothing is asked for. */
  readonly next: string;
}

/** What is live where: what needs a person first. `now` in ms since 1970. */
export function statusText(environment: string, found: readonly FoundService[], now: number): string {
  const rows = statusRows(found, now);
  const head = ['service', 'live', 'blue/green', 'tasks', 'last deployment'];
  const table = [head, ...rows.map((row) => row.cells)];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => (cells[column] ?? '').length)));
  const line = (mark: string, cells: readonly string[], next: string): string => {
    const padded = cells.map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ');
    const whole = folded(
      `${mark} ${padded}`.trimEnd(),
      2 + widths.slice(0, 4).reduce((sum, width) => sum + width + 2, 0),
    );
    if (next === '') return whole;
    const arrow = `→ ${next}`;
    return whole.length + arrow.length + 2 <= 80 ? `${whole}  ${arrow}` : `${whole}\n${arrow.padStart(80)}`;
  };
  const url = found.map(({ status }) => ('kind' in status ? null : status.url)).find((value) => value !== null) ?? '';
  const title = `environment ${environment}`;
  return [
    `${title}${url.padStart(Math.max(url.length === 0 ? 0 : url.length + 2, 80 - title.length))}`.trimEnd(),
    line(' ', head, ''),
    ...rows.map((row) => line(row.urgent ? '!' : ' ', row.cells, row.urgent ? row.next : '')),
  ].join('\n');
}

/** The same, with what deployments are judged by and how the alarms stand that they watch. */
export function detailedStatusText(environment: string, found: readonly FoundService[], now: number): string {
  const watches = found.flatMap(({ status }) =>
    'kind' in status || !status.watch ? [] : watchText(status.watch, now),
  );
  return [statusText(environment, found, now), ...watches].join('\n');
}

function watchText({ limits, metrics, alarms }: WatchNow, now: number): readonly string[] {
  const { failurePercent, p99Seconds, windowSeconds } = limits;
  const slow = p99Seconds === null ? '' : `, p99 ${Math.round(p99Seconds * 1000)} ms`;
  const of = metrics ? 'probes, and what CloudWatch counts' : 'probes';
  const lines = [
    `  limits   ${percentWords(failurePercent)} failures${slow} over ${durationWords(windowSeconds * 1000)}, of ${of}`,
    ...(alarms.length > 0 ? [`  alarms   ${alarms.map((alarm) => alarmText(alarm, now)).join(', ')}`] : []),
  ];
  return lines.map((line) => wrap(line, 80, ' '.repeat(11)));
}

function alarmText({ name, reading }: WatchedAlarm, now: number): string {
  if (!reading) return `${name} not found`;
  const { state, since } = reading;
  return state === 'OK' || since === '' ? `${name} ${state}` : `${name} ${state} ${agoWords(now - Date.parse(since))}`;
}

/** What is too long for a line goes on below, from its last comma on. */
function folded(line: string, column: number): string {
  const comma = line.lastIndexOf(', ');
  return line.length <= 80 || comma < column
    ? line
    : `${line.slice(0, comma + 1)}\n${' '.repeat(column)}${line.slice(comma + 2)}`;
}

/** The table's rows, what needs a person first. */
export function statusRows(found: readonly FoundService[], now: number): readonly StatusRow[] {
  const rows = found.map(({ name, status }): StatusRow => {
    if (!('kind' in status)) return rowOf(status, now);
    const why = status.kind === 'site' && status.error.kind === 'missing' ? 'never deployed' : 'can not be read';
    return { urgent: false, cells: [name, '–', '–', '–', why], next: `teal deploy ${name}` };
  });
  return [...rows].sort((a, b) => Number(b.urgent) - Number(a.urgent));
}

function rowOf(status: ServiceStatus, now: number): StatusRow {
  const { service, weights, colors, deployment, state, lease } = status;
  const full = weights && fullColor(weights);
  const shown: Color = full ?? state.live?.color ?? (weights && weights.blue >= weights.green ? 'blue' : 'green');
  const outline = outlineOf(state);
  const version =
    state.live?.color === shown
      ? (state.identities[shown] ?? state.live.revision)
      : outline
        ? nameOf(outline, shown)
        : '';
  const { healthy, desired } = colors[shown];
  const row = (last: string, next: string, urgent = false): StatusRow => ({
    cells: [service, `${shown.padEnd(5)} ${version}`.trimEnd(), trafficText(status), `${healthy}/${desired}`, last],
    urgent,
    next,
  });
  if (!deployment) return row('never deployed', `teal deploy ${service}`);
  if (status.orphan) {
    const lost = lease && !lease.released ? `driver lost ${agoWords(now - lease.renewedAt)}` : 'left without a driver';
    return row(lost, `teal resume ${service}`, true);
  }
  if (!deployment.outcome) {
    const { phase, plan, paused } = deployment;
    const step =
      phase.name === 'shifting' ? ` step ${Math.min(phase.step + 1, plan.steps.length)} of ${plan.steps.length}` : '';
    const doing = `${paused ? 'paused: ' : ''}${phase.name}${step}`;
    return row(
      `${doing} (${lease?.holder.who ?? ''})`,
      paused ? `teal resume ${service}` : `teal status ${service} --watch`,
    );
  }
  const ago = deployment.closedAt ? ` ${agoWords(now - Date.parse(deployment.closedAt))}` : '';
  if (deployment.outcome.name === 'halted')
    return row(`halted${ago}`, `teal resume ${service} ${full ? '--accept or --restore' : '--restore'}`, true);
  const said = `${deployment.outcome.name}${ago}${warmText(status, deployment.plan.from)}`;
  return row(said, deployment.outcome.name === 'succeeded' ? '' : `teal history ${service}`);
}

function trafficText({ weights }: ServiceStatus): string {
  if (!weights) return 'foreign';
  const share = (color: Color): number => Math.round(shareOf(color, weights) * 10) / 10;
  return fullColor(weights) ? '100 %' : `${share('blue')}/${percentWords(share('green'))}`;
}

function warmText({ keepWarmMs }: ServiceStatus, former: Color): string {
  if (keepWarmMs === null) return '';
  if (!Number.isFinite(keepWarmMs)) return `, ${former} kept warm`;
  if (keepWarmMs === 0) return `, ${former} to be scaled down`;
  return `, ${former} warm for ${keepWarmMs < 60_000 ? countWords(keepWarmMs) : `${Math.round(keepWarmMs / 60_000)} min`}`;
}
