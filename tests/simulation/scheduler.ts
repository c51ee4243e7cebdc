import { assert, type Clock, createVirtualClock, epochMs, type Ms, ms } from '../../src/base/index.ts';

/** How a wait ends. Ending it twice, or after the actor is gone, does nothing. */
export interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A process of the simulated world: a driver, a waiter, a command, the load, the chaos. */
export interface Actor {
  readonly name: string;
  /** Its own view of time: `now()` is off by `skew`. */
  readonly clock: Clock;
  skew: Ms;
  /** The only way to wait: sleeping and the network build on it. */
  wait<T>(arm: (settle: Settle<T>) => void): Promise<T>;
  /** Leaves at the end of this instant, in the order of actors and keys, whatever order the calls were made in. */
  post(key: string, send: () => void): void;
  /** Runs `main`; the actor is gone when it returns. A rejection ends the simulation. */
  start(main: () => Promise<void>): void;
  /** Silence, as after SIGKILL: nothing of it runs any more, no `finally` either; what was sent still takes effect. */
  crash(): void;
  /** Crashes at the nth wait from its birth, before or after what that wait sends has left. */
  crashAt(nth: number, moment: 'before' | 'after'): void;
  /** Waits so far: the crash points of a run. */
  readonly waits: number;
  readonly state: 'ready' | 'running' | 'ended' | 'crashed';
}

export interface Scheduler {
  /** The world's own time, which no actor owns. */
  readonly clock: Clock;
  /** Names are unique: a restarted driver is another actor. */
  actor(name: string, skew?: Ms): Actor;
  /** By how much the wall clock of an actor is off; 0 where there is none of that name. */
  skewOf(name: string): Ms;
  /**
   * Runs until every started actor is gone, or `until` holds.
   * @throws when an actor throws, when one awaits something else than virtual time, or after `limit`.
   */
  run(options: { readonly limit: Ms; readonly until?: () => boolean }): Promise<void>;
}

interface Letter {
  readonly from: Body;
  readonly key: string;
  readonly send: () => void;
}

interface Body extends Actor {
  readonly pending: number;
  readonly gone: boolean;
  readonly failure: { readonly error: unknown } | undefined;
  /** True once, after the flush that its crash waits for. */
  takeCrashAfterFlush(): boolean;
}

export function createScheduler(): Scheduler {
  const time = createVirtualClock();
  const actors = new Map<string, Body>();
  const outbox: Letter[] = [];

  const flush = (): void => {
    if (outbox.length > 0) {
      const letters = outbox.splice(0).filter(({ from }) => !from.gone);
      letters.sort((a, b) => compare(a.from.name, b.from.name) || compare(a.key, b.key));
      for (const letter of letters) letter.send();
    }
    for (const actor of actors.values()) if (actor.takeCrashAfterFlush()) actor.crash();
  };

  const check = (): void => {
    for (const actor of actors.values()) {
      if (actor.failure) throw new Error(`${actor.name} threw`, { cause: actor.failure.error });
      if (actor.state === 'running' && actor.pending === 0) {
        throw new Error(`${actor.name} awaits something outside the virtual clock`);
      }
    }
  };

  return {
    clock: time,
    actor(name, skew = ms(0)) {
      assert(!actors.has(name), `two actors are called ${name}`);
      const actor = createActor(name, skew, time, outbox);
      actors.set(name, actor);
      return actor;
    },
    skewOf: (name) => actors.get(name)?.skew ?? ms(0),
    async run({ limit, until }) {
      const end = time.now() + limit;
      const finished = until ?? (() => [...actors.values()].every((actor) => actor.gone || actor.state === 'ready'));
      for (;;) {
        await allMicrotasks();
        flush();
        check();
        if (finished()) return;
        const next = time.nextAt();
        if (next === undefined || next > end) throw new Error(`not finished after ${limit / 1000} s: ${told(actors)}`);
        time.step();
      }
    },
  };
}

function createActor(name: string, skew: Ms, time: Clock, outbox: Letter[]): Body {
  let state: Actor['state'] = 'ready';
  let failure: Body['failure'];
  let waits = 0;
  let pending = 0;
  let crashPoint: { readonly nth: number; readonly moment: 'before' | 'after' } | undefined;
  let crashAfterFlush = false;
  const gone = () => state === 'ended' || state === 'crashed';

  const wait = <T>(arm: (settle: Settle<T>) => void): Promise<T> => {
    if (gone()) return never();
    waits += 1;
    if (crashPoint?.nth === waits) {
      if (crashPoint.moment === 'before') {
        state = 'crashed';
        return never();
      }
      crashAfterFlush = true;
    }
    pending += 1;
    return new Promise<T>((resolve, reject) => {
      let open = true;
      const close = (): boolean => {
        if (!open || gone()) return false;
        open = false;
        pending -= 1;
        return true;
      };
      arm({
        resolve: (value) => {
          if (close()) resolve(value);
        },
        reject: (error) => {
          if (close()) reject(error);
        },
      });
    });
  };

  const actor: Body = {
    name,
    skew,
    wait,
    clock: {
      now: () => epochMs(time.now() + actor.skew),
      monotonic: () => time.monotonic(),
      after: (delay, fn) =>
        time.after(delay, () => {
          if (!gone()) fn();
        }),
      sleep: (delay, signal) =>
        wait(({ resolve, reject }) => {
          const onAbort = () => {
            cancel();
            reject(signal?.reason);
          };
          const cancel = time.after(delay, () => {
            signal?.removeEventListener('abort', onAbort);
            resolve(undefined);
          });
          if (signal?.aborted) onAbort();
          else signal?.addEventListener('abort', onAbort, { once: true });
        }),
    },
    post(key, send) {
      if (!gone()) outbox.push({ from: actor, key, send });
    },
    start(main) {
      assert(state === 'ready', `${name} was started before`);
      // Before its first line: else a leak in its first call would go unseen.
      state = 'running';
      main().then(
        () => {
          if (!gone()) state = 'ended';
        },
        (error) => {
          if (gone()) return;
          state = 'ended';
          failure = { error };
        },
      );
    },
    crash() {
      if (!gone()) state = 'crashed';
    },
    crashAt(nth, moment) {
      crashPoint = { nth, moment };
    },
    takeCrashAfterFlush() {
      const due = crashAfterFlush;
      crashAfterFlush = false;
      return due;
    },
    get waits() {
      return waits;
    },
    get pending() {
      return pending;
    },
    get state() {
      return state;
    },
    get gone() {
      return gone();
    },
    get failure() {
      return failure;
    },
  };
  return actor;
}

/** Not `localeCompare`: that depends on the machine's language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const never = <T>(): Promise<T> => new Promise(() => {});

/** Taken at loading, so that a run may forbid the globals. */
const immediately = setImmediate;
const allMicrotasks = (): Promise<void> => new Promise((resolve) => immediately(resolve));

const told = (actors: ReadonlyMap<string, Body>): string =>
  [...actors.values()].map(({ name, state, waits }) => `${name} ${state} (${waits} waits)`).join(', ');
