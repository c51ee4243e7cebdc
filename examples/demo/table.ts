import type { ActResult, Result } from './result.ts';

/** The page that the demo ends with: 80 columns, to be understood alone. */
export function table(result: Result): string {
  const blamed = result.acts.flatMap(({ failures }) => failures.filter(({ canary }) => canary !== undefined));
  const versions = [...new Set(blamed.map(({ canary }) => canary))].join(', ');
  const switched = result.acts.filter(({ act, ...figures }) => (figures.cutoverMs ?? figures.rollbackMs) !== undefined);
  return [
    row('act', 'requests', 'failed', 'cutover', 'p50/p99'),
    ...result.acts.map(actRow),
    ...(blamed.length > 0
      ? [`  * all ${blamed.length} were sent to ${versions} while it was the canary, by the balancer's own log.`]
      : []),
    '',
    result.counts.disagreements.length === 0
      ? `  Clients, balancer and application counted the same ${count(result.requests)} requests.`
      : `  Clients counted ${count(result.counts.client)} requests, the balancer ${count(result.counts.balancer)}, the application ${count(result.counts.app)}.`,
    `  Failed outside the bad canaries: ${count(result.failedOutsideBadCanaries)}. Items written: ${count(result.items.written)}, found: ${count(result.items.found)}.`,
    `  Longest of ${switched.length} switches: cutover ${ms(result.cutoverMaxMs)}, rollback ${ms(result.rollbackMaxMs)}, from`,
    '  the write until no request sent later was answered by the old colour.',
    "  Timing: instant (teal's runtime; AWS itself adds seconds).",
    ...result.problems.map((problem) => `! ${problem}.`),
  ].join('\n');
}

function actRow({ act, requests, failures, cutoverMs, rollbackMs, badForMs, latency }: ActResult): string {
  const suffix =
    act.kind === 'bad-at-start'
      ? ': never got traffic'
      : badForMs === undefined
        ? ''
        : `: back after ${(badForMs / 1_000).toFixed(1)} s`;
  const blamed = failures.length > 0 && failures.every(({ canary }) => canary !== undefined);
  const switched = cutoverMs ?? rollbackMs;
  return row(
    act.name + suffix,
    count(requests),
    count(failures.length) + (blamed ? ' *' : ''),
    switched === undefined ? '–' : ms(switched),
    latency ? `${short(latency.p50Ms)}/${short(latency.p99Ms)} ms` : '–',
  );
}

function row(name: string, requests: string, failed: string, cutover: string, latency: string): string {
  const failedColumn = failed.endsWith(' *') ? failed : `${failed}  `;
  return `  ${name.padEnd(41)}${requests.padStart(8)}${failedColumn.padStart(9)}${cutover.padStart(8)}${latency.padStart(12)}`;
}

const count = (value: number): string => value.toLocaleString('en');

/** Never less than was measured. */
const ms = (value: number): string => `${value < 9.9 ? Math.ceil(value * 10) / 10 : Math.ceil(value)} ms`;

const short = (value: number): string => (value < 9.95 ? value.toFixed(1) : value.toFixed(0));
