import { type Cancel, ms, systemClock } from '../../base/index.ts';
import type { DeploymentEvent } from '../../deployment/index.ts';
import { askLine } from './ask-line.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import type { LiveKey, Output } from './output.ts';
import { colored, uncolored } from './paint.ts';
import { nameNow, renderLive } from './render-live.ts';
import { percentWords } from './words.ts';

/** Wider terminals get wider bars, to a limit. */
const columns = (): number => Math.min(process.stderr.columns ?? 80, 120);

/** Elapsed and remaining time move on even when nothing happens. */
const redrawEvery = ms(1_000);

const keyOf: Readonly<Record<string, LiveKey>> = { p: 'promote', a: 'abort', d: 'detach', '\u0003': 'interrupt' };

type Answer = 'rollback' | 'leave' | 'go-on';

/** A block on stderr that is redrawn in place while a deployment is driven, and ends as plain text. */
export function liveOutput({ interactive, color }: { readonly interactive: boolean; readonly color: boolean }): Output {
  const paint = color ? colored : uncolored;
  const fold = createLiveView();
  const screen = createScreen();
  let view: LiveView | undefined;
  let driving = false;
  let question: string | undefined;
  let answer: ((answer: Answer) => void) | undefined;
  let act: ((key: LiveKey, service: string) => void) | undefined;
  let cancelTick: Cancel | undefined;

  const draw = (): void => {
    if (!view) return;
    const height = process.stderr.rows ?? 24;
    screen.draw(renderLive(view, { ...frame(), height, question }));
  };
  const frame = () => ({
    width: columns(),
    now: systemClock.now(),
    paint,
    keys: interactive && driving && act !== undefined,
    probes: true,
    question: undefined,
  });
  const tick = (): void => {
    draw();
    cancelTick = systemClock.after(redrawEvery, tick, { unref: true });
  };
  const settle = (given: Answer): void => {
    question = undefined;
    answer?.(given);
    answer = undefined;
    draw();
  };
  const onData = (data: Buffer): void => {
    for (const character of data.toString('utf8')) {
      const key = keyOf[character];
      if (answer && key === 'interrupt') settle('leave');
      else if (answer) settle(character === 'r' ? 'rollback' : character === 'l' ? 'leave' : 'go-on');
      else if (key && view) act?.(key, view.service);
    }
  };
  const begin = (): void => {
    process.stderr.write('\n');
    process.stderr.on('resize', draw);
    tick();
    if (!interactive) return;
    process.stdin.setRawMode(true);
    process.stdin.on('data', onData);
    process.stdin.resume();
  };
  const close = (): void => {
    if (!cancelTick) return;
    cancelTick();
    cancelTick = undefined;
    process.stderr.off('resize', draw);
    if (interactive) {
      process.stdin.off('data', onData);
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    settle('go-on');
    if (view) screen.end(`${renderLive(view, { ...frame(), height: undefined })}\n\n`);
  };

  return {
    interactive,
    get driving() {
      return driving;
    },
    json: false,
    event(event: DeploymentEvent) {
      driving = event.type !== 'outcome';
      view = fold(event);
      if (cancelTick) draw();
      else if (driving) begin();
    },
    note(line) {
      if (cancelTick && view) {
        view = { ...view, log: [...view.log, { at: systemClock.now(), text: line }] };
        draw();
      } else process.stderr.write(`${line}\n`);
    },
    result(text) {
      close();
      process.stdout.write(`${text}\n`);
    },
    problem(text) {
      close();
      process.stderr.write(`${text}\n`);
    },
    confirm: async (asked) => interactive && /^y(es)?$/i.test(await askLine(`${asked} [y/N] `)),
    askInterrupt() {
      question = interruptQuestion(view);
      draw();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    onKey(given) {
      act = given;
    },
    get screen() {
      return { width: columns(), height: process.stderr.rows ?? 24, paint };
    },
    show: (text) => screen.draw(text),
    close,
  };
}

/** The consequence is in the question. */
function interruptQuestion(view: LiveView | undefined): string {
  const outline = view?.outline;
  if (!view || !outline) return 'Stop?   r roll back   l leave without a driver   any other key goes on';
  const share = view.status ? percentWords(view.status.colors[outline.to].weight) : 'as they are';
  const back = outline.first
    ? 'no version has traffic then'
    : `all traffic to ${outline.from} (${nameNow(view, outline.from)}) at once`;
  return [
    'Stop this deployment? Press',
    `  r  roll back: ${back}`,
    `  l  leave it at ${share} without a driver: "teal resume ${view.service}" goes on`,
    '  any other key: go on. ^C again leaves it, too.',
  ].join('\n');
}

interface Screen {
  draw(text: string): void;
  /** Leaves `text` in the scrollback in place of what was drawn. */
  end(text: string): void;
}

/** Redraws in place on stderr; what does it is loaded with the first frame. */
function createScreen(): Screen {
  let update: { (text: string): void; clear(): void; done(): void } | undefined;
  let waiting: string | undefined;
  let ended = false;
  return {
    draw(text) {
      if (update) return update(text);
      const loading = waiting !== undefined;
      waiting = text;
      if (loading) return;
      import('log-update').then(
        ({ createLogUpdate }) => {
          if (ended) return;
          update = createLogUpdate(process.stderr);
          update(waiting ?? '');
        },
        () => undefined,
      );
    },
    end(text) {
      ended = true;
      update?.clear();
      update?.done();
      process.stderr.write(text);
    },
  };
}
