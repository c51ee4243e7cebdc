import { type Color, colors, type Outline, type PhaseName } from '../../deployment/index.ts';
import { nameOf } from './event-text.ts';
import { type LiveView, phaseOrder } from './live-view.ts';
import type { Paint } from './paint.ts';
import { countWords, cut, durationWords, percentWords, shortId, stopwatch } from './words.ts';

export interface Frame {
  readonly width: number;
  /** Lines that fit; undefined for the last frame, which goes to the scrollback with the whole log. */
  readonly height: number | undefined;
  /** By the clock of the events, ms since 1970. */
  readonly now: number;
  readonly paint: Paint;
  /** The keys can be pressed here. */
  readonly keys: boolean;
  /** Probes report to this process. */
  readonly probes: boolean;
  /** Stands in place of what is waited for. */
  readonly question: string | undefined;
}

/** Draws a view: what it is, phases, weights, probes, what is waited for, the log. */
export function renderLive(view: LiveView, frame: Frame): string {
  const last = frame.height === undefined;
  const top = [
    header(view, frame),
    '',
    phaseLine(view, frame),
    '',
    ...barLines(view, frame),
    ...probeLines(view, frame),
    ...(last ? [] : ['', ...waitLines(view, frame)]),
    '',
  ];
  const room = frame.height === undefined ? view.log.length : Math.max(1, frame.height - top.length - 1);
  const lines = view.log.map(({ at, text }) => cut(`${stopwatch(at - view.openedAt)}  ${text}`, frame.width));
  const log = last ? lines : lines.slice(-room).reverse();
  return [...top, ...log].join('\n');
}

function header(view: LiveView, { width, now, paint }: Frame): string {
  const { service, environment, deployment, outline } = view;
  const names = outline ? { blue: nameNow(view, 'blue'), green: nameNow(view, 'green') } : undefined;
  const change =
    outline && names
      ? outline.first
        ? `first version: ${names[outline.to]}`
        : `${names[outline.from] || 'unknown'} → ${names[outline.to]}`
      : '';
  const elapsed = (view.endedAt ?? now) - view.openedAt;
  const remaining = remainingMs(view);
  const right =
    remaining === undefined ? stopwatch(elapsed) : `${stopwatch(elapsed)} of ~${stopwatch(elapsed + remaining)}`;
  const room = width - right.length - 1;
  const left =
    [
      `${service} → ${environment}   deployment ${shortId(deployment)}   ${change}`,
      `${service} → ${environment}  ${shortId(deployment)}  ${change}`,
      `${service}  ${change}`,
    ].find((text) => text.length <= room) ?? cut(`${service}  ${change}`, room);
  return spread(left, right, width, paint.bold);
}

/** `left` and, as far right as it goes, `right`. */
const spread = (left: string, right: string, width: number, paint: (text: string) => string): string =>
  `${paint(left)}${' '.repeat(Math.max(1, width - left.length - right.length))}${right}`;

/** Holds that are still to come; undefined where something else takes the time. */
function remainingMs({ outline, status, phase, step, outcome }: LiveView): number | undefined {
  if (!outline || !status || outcome || (phase !== 'shifting' && phase !== 'baking')) return undefined;
  const held = status.holdMs - status.heldMs;
  const steps = phase === 'shifting' ? outline.steps.slice(step + 1) : [];
  const later = steps.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  return held + 1000 * (later + (phase === 'shifting' ? outline.bakeSeconds : 0));
}

const labels: Readonly<Record<PhaseName, string>> = {
  preparing: 'prepare',
  provisioning: 'provision',
  verifying: 'verify',
  shifting: 'shift',
  baking: 'bake',
  'rolling-back': 'rolling back',
};

interface PhaseCell {
  readonly text: string;
  readonly short: string;
  readonly paint: (text: string) => string;
}

function phaseLine(view: LiveView, { width, now, paint }: Frame): string {
  const { outline, phase, failed, phases } = view;
  const passed = phaseOrder.filter((name) => goesThrough(outline, name));
  const shown =
    failed === undefined ? passed : [...passed.slice(0, passed.indexOf(failed) + 1), 'rolling-back' as const];
  const cells = shown.map((name): PhaseCell => {
    const span = phases[name];
    const label = labels[name];
    if (name === failed) return { text: `${label} ✗`, short: `${label} ✗`, paint: paint.red };
    if (name === phase && view.outcome === undefined) {
      const at = name === 'shifting' ? stepOf(view) : span?.from === undefined ? '' : ` ${countWords(now - span.from)}`;
      return { text: `${label} ▸${at}`, short: `${label} ▸${at}`, paint: paint.yellow };
    }
    if (!span) return { text: label, short: label, paint: paint.dim };
    const took = span.from === undefined || span.to === undefined ? '' : ` ${durationWords(span.to - span.from)}`;
    return { text: `${label} ✓${took}`, short: `${label} ✓`, paint: (text) => text };
  });
  const warm = { text: 'keep warm', short: 'keep warm', paint: paint.dim };
  const all = failed === undefined && outline?.kind !== 'repair' && !outline?.first ? [...cells, warm] : cells;
  const candidates = [
    { line: all, gap: 3, key: 'text' },
    { line: all, gap: 2, key: 'text' },
    { line: cells, gap: 2, key: 'text' },
    { line: cells, gap: 2, key: 'short' },
  ] as const;
  const fitting = candidates.find(
    ({ line, gap, key }) => 2 + line.reduce((sum, cell) => sum + cell[key].length + gap, -gap) <= width,
  );
  const { line, gap, key } = fitting ?? candidates[3];
  return `  ${line.map((cell) => cell.paint(cell[key])).join(' '.repeat(gap))}`;
}

/** A version that runs already is not started and not verified. */
function goesThrough(outline: Outline | undefined, phase: PhaseName): boolean {
  if (!outline) return true;
  if (phase === 'provisioning' || phase === 'verifying') return outline.kind === 'deploy';
  return phase !== 'baking' || outline.bakeSeconds > 0;
}

function stepOf({ outline, step }: LiveView): string {
  const count = outline?.steps.length ?? 1;
  return count === 1 ? '' : ` ${Math.min(step + 1, count)} of ${count}`;
}

/** What a colour is called as far as is known now. */
export const nameNow = ({ outline, status }: LiveView, color: Color): string =>
  status?.colors[color].name ?? status?.colors[color].revision ?? (outline ? nameOf(outline, color) : '');

function nameColumn(view: LiveView): { readonly names: Readonly<Record<Color, string>>; readonly width: number } {
  const names = { blue: cut(nameNow(view, 'blue'), 16), green: cut(nameNow(view, 'green'), 16) };
  return { names, width: Math.max(2, names.blue.length, names.green.length) };
}

function barLines(view: LiveView, { width, paint }: Frame): string[] {
  const { status, outline } = view;
  if (!status) return [];
  const { names, width: nameWidth } = nameColumn(view);
  const tasks = (color: Color): string => {
    const { healthy, desired } = status.colors[color];
    const wanted = color === outline?.to ? Math.max(status.required, healthy) : desired;
    return `${healthy}/${wanted} healthy`;
  };
  const tasksWidth = Math.max(...colors.map((color) => tasks(color).length));
  const barWidth = Math.max(10, Math.min(60, width - (2 + 5 + 2 + nameWidth + 2 + 2 + 6 + 3 + tasksWidth)));
  return colors.map((color) => {
    const weight = Number.isFinite(status.colors[color].weight) ? status.colors[color].weight : 0;
    const filled = weight === 0 ? 0 : Math.max(1, Math.round((barWidth * weight) / 100));
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    return `  ${paint[color](color.padEnd(5))}  ${names[color].padEnd(nameWidth)}  ${paint[color](bar)}  ${percentWords(weight).padStart(6)}   ${tasks(color)}`;
  });
}

function probeLines(view: LiveView, { width: frameWidth, paint, probes }: Frame): string[] {
  const { status, outline } = view;
  if (!status || !outline || !probes) return [];
  if (outline.measured === 'no-route') return ['', '  Not measured: no probe reaches the load balancer from here.'];
  const { names, width } = nameColumn(view);
  const lead = ' '.repeat(2 + 5 + 2 + width);
  const span = `last ${durationWords(outline.windowSeconds * 1000)}`;
  const rows = colors.map((color) => {
    const { answers, failed, p50Ms, p99Ms, overMs } = status.colors[color].probes;
    const label = `  ${paint[color](color.padEnd(5))}  ${names[color].padEnd(width)}`;
    if (answers === 0) return `${label}${'–'.padStart(11)}${'–'.padStart(10)}${'–'.padStart(10)}${'–'.padStart(10)}`;
    const rate = (answers / Math.max(1, overMs / 1000)).toFixed(1).padStart(11);
    const percent = `${((100 * failed) / answers).toFixed(2)} %`.padStart(10);
    return `${label}${rate}${failed > 0 ? paint.red(percent) : percent}${latency(p50Ms).padStart(10)}${latency(p99Ms).padStart(10)}`;
  });
  const head = `${lead}  answers/s    failed       p50       p99   `;
  const about = [`${span}, teal's own probes`, `${span}, probes`, span].find(
    (text) => head.length + text.length <= frameWidth,
  );
  return ['', `${head}${paint.dim(about ?? '')}`.trimEnd(), ...rows];
}

const latency = (value: number): string => (value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`);

const keysText = 'p promote   a abort   d detach';

function waitLines(view: LiveView, { width, keys, paint, question }: Frame): string[] {
  if (question !== undefined) return question.split('\n').map((line) => paint.yellow(`  ${line}`));
  const waiting = `  ${waitText(view)}`;
  if (!keys) return [waiting];
  if (waiting.length + keysText.length + 3 <= width)
    return [`${waiting}${' '.repeat(width - waiting.length - keysText.length)}${paint.dim(keysText)}`];
  return [cut(waiting, width), `  ${paint.dim(keysText)}`];
}

/** What the driver waits for, with how long it has and how long it may take. */
function waitText(view: LiveView): string {
  const { status, outline, phase } = view;
  if (!status || !outline) return '';
  const { waitingFor, heldMs, holdMs, colors: now } = status;
  const share = percentWords(now[outline.to].weight);
  if (status.paused) return `paused at ${share}: "teal resume ${view.service}" goes on`;
  switch (waitingFor) {
    case 'hold':
    case 'pause':
      return phase === 'baking'
        ? `baking for ${countWords(heldMs)}, ${countWords(holdMs - heldMs)} to go`
        : `${share} since ${countWords(heldMs)}, next step in ${countWords(holdMs - heldMs)}`;
    case 'healthy-tasks':
      return `waiting for healthy tasks: ${now[outline.to].healthy} of ${status.required}`;
    case 'service-update-to-show':
      return 'waiting for ECS to show the update';
    case 'traffic-to-settle':
      return `waiting until no request follows ${outline.to} any more`;
    case 'weights-to-show':
      return 'waiting for the load balancer to show the weights';
    case 'weights-to-be-explained':
      return 'the weights are not what teal wrote: looking again';
    case 'probe-answers':
      return 'too few answers to judge by: waiting for more';
    case 'first-answer':
      return 'waiting until the load balancer lets a first client through';
    case 'unanswered-calls':
      return 'a call got no answer: waiting until it can not land any more';
    case 'keep-warm':
    case null:
      return '';
  }
}
