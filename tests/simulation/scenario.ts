import { type Ms, ms, type Random, seconds } from '../../src/base/index.ts';
import type { Color, PendingRequest } from '../../src/deployment/index.ts';
import { evenly, type FaultRates } from './faults.ts';
import type { Quality } from './simulated-service.ts';

/** What a person or a pipeline asks teal for. */
export type Command =
  | { readonly do: 'deploy'; readonly quality: Quality; readonly label: string }
  | { readonly do: 'switch' }
  | { readonly do: 'rollback' }
  | { readonly do: 'repair'; readonly how: 'accept' | 'restore' }
  | { readonly do: 'sweep' };

/** What comes in between, `after` the command began at the earliest, and in that phase of the deployment. */
export type Disturbance = { readonly after: Ms; readonly during?: 'verifying' | 'shifting' | 'baking' } & (
  | { readonly do: 'request'; readonly kind: Exclude<PendingRequest['kind'], 'abort' | 'rollback'> }
  /** Takes the running deployment back by force. */
  | { readonly do: 'abort' }
  | { readonly do: 'second-driver' }
  | { readonly do: 'sweep' }
  | { readonly do: 'interrupt'; readonly told: 'rollback' | 'leave' | 'policy' }
  | { readonly do: 'kill-driver' }
  | { readonly do: 'kill-tasks'; readonly which: 'live' | 'idle'; readonly how: 'one' | 'all' }
  | { readonly do: 'grow-live'; readonly to: number }
  | { readonly do: 'foreign-weights'; readonly green: number }
  /** Refuses each call to change weights or services for a while. */
  | { readonly do: 'throttle'; readonly times: number; readonly thenAbort: boolean }
  /** Writes of weights, or of limits, get no answer, and have no effect or a late one. */
  | {
      readonly do: 'lose-writes';
      readonly of: 'weights' | 'limits';
      readonly times: number;
      readonly how: 'lost-before' | 'straggler';
      readonly thenAbort: boolean;
    }
  /** AWS refuses weight writes or service updates. */
  | {
      readonly do: 'refuse';
      readonly operation: (typeof refusable)[number] | 'RegisterScalableTarget';
      readonly seconds: number;
      readonly thenAbort: boolean;
    }
  | { readonly do: 'rollback-by-name'; readonly to: Color; readonly impostor: boolean }
);

export interface Act {
  readonly command: Command;
  /** The driver dies at this wait of its own, and not at all where it is undefined. */
  readonly crashAt: { readonly wait: number; readonly moment: 'before' | 'after' } | undefined;
  /** Resumed by the same means as often as a driver dies. */
  readonly disturbances: readonly Disturbance[];
  /** Between the end of the act and the next. */
  readonly pause: Ms;
}

/** Everything that a seed decides before its run begins. */
export interface Scenario {
  readonly service: { readonly deployment: object; readonly fields: object; readonly byDefault: boolean };
  /** Autoscaling chooses counts while all of this goes on. */
  readonly isScaled: boolean;
  readonly trafficSettleSeconds: number;
  readonly rates: FaultRates;
  /** Faults in the first act too; else it only prepares the stage. */
  readonly faultsFromTheStart: boolean;
  readonly acts: readonly Act[];
  readonly greatestSkew: Ms;
}

/** Which kind of scenario a search for one broken invariant looks at. */
export type Leaning = 'any' | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const strategies = [
  'all-at-once',
  { canary: { weight: 10, bake: '15s' } },
  { canary: { weight: 0.5, bake: '10s' } },
  { linear: { weight: 40, every: '10s' } },
  { steps: [{ weight: 20, hold: { bake: '10s' } }, { weight: 60, hold: { bake: '5s' } }, { weight: 100 }] },
] as const;

/** Two places: the second takes what a third of the simulated clients ask for. */
export const twoRoutes = [
  { path: '/*', priority: 10 },
  { host: 'other.test', path: '/*', priority: 5 },
];

const refusable = ['ModifyRule', 'ModifyRule', 'UpdateService'] as const;

const bad: readonly Quality[] = [
  'crashes-at-start',
  'never-healthy',
  'sickens',
  'dies-later',
  'fails-under-load',
  'slow',
  'fails-verification',
];

export function generate(random: Random, leaning: Leaning = 'any'): Scenario {
  const pick = <T>(list: readonly T[]): T => list[random.int(list.length)] as T;
  const chance = (percent: number): boolean => random.int(100) < percent;
  const chanceScaling = random.fork('scaling');
  const isScaled = leaning === 9 || (leaning === 'any' && chanceScaling.int(100) < 35);
  const room = 2 + chanceScaling.int(4);
  let labels = 0;
  let last: Command = { do: 'deploy', quality: 'good', label: 'v0' };

  const deploy = (quality: Quality): Command => ({ do: 'deploy', quality, label: `v${++labels}` });
  const command = (first: boolean): Command => {
    if (first) return deploy(chance(85) ? 'good' : pick(bad));
    const draw = random.int(100);
    if (draw < 35) return deploy('good');
    if (draw < 65) return deploy(pick(bad));
    if (draw < 72) return last;
    if (draw < 84) return { do: 'rollback' };
    if (draw < 92) return { do: 'switch' };
    return { do: 'sweep' };
  };

  const anyDisturbance = (): Disturbance => {
    const phase = pick(['shifting', 'baking', undefined] as const);
    const when = phase ? { after: seconds(1), during: phase } : { after: seconds(1 + random.int(120)) };
    const draw = random.int(100);
    if (draw < 10) return { ...when, do: 'request', kind: 'promote' };
    if (draw < 19) return { ...when, do: 'request', kind: 'pause' };
    if (draw < 29) return { ...when, do: 'abort' };
    if (draw < 32) return { ...when, do: 'second-driver' };
    if (draw < 35) return { ...when, do: 'sweep' };
    if (draw < 42) return { ...when, do: 'interrupt', told: pick(['rollback', 'leave', 'policy'] as const) };
    if (draw < 51) return { ...when, do: 'kill-driver' };
    if (draw < 64)
      return {
        ...when,
        do: 'kill-tasks',
        which: pick(['live', 'idle'] as const),
        how: pick(['one', 'all'] as const),
      };
    if (draw < 72) return { ...when, do: 'grow-live', to: 3 + random.int(3) };
    if (draw < 79) return { ...when, do: 'foreign-weights', green: pick([0, 30, 50, 100]) };
    if (draw < 84) return { ...when, do: 'throttle', times: 1 + random.int(8), thenAbort: chance(50) };
    if (draw < 92) {
      const how = pick(['lost-before', 'straggler'] as const);
      // Before the first write of all, so that it may be the first that is lost.
      const early = chance(70) ? ({ after: seconds(1), during: 'verifying' } as const) : when;
      return { ...early, do: 'lose-writes', of: 'weights', times: 1 + random.int(3), how, thenAbort: chance(50) };
    }
    if (draw < 97)
      return {
        ...when,
        do: 'refuse',
        operation: isScaled && chanceScaling.int(3) === 0 ? 'RegisterScalableTarget' : pick(refusable),
        seconds: 20 + random.int(60),
        thenAbort: chance(50),
      };
    return { ...when, do: 'rollback-by-name', to: pick(['blue', 'green'] as const), impostor: chance(30) };
  };

  const crashAt = (): Act['crashAt'] =>
    chance(25) ? { wait: 1 + random.int(500), moment: pick(['before', 'after'] as const) } : undefined;

  const act = (first: boolean): Act => {
    last = command(first);
    return {
      command: last,
      crashAt: crashAt(),
      disturbances: Array.from({ length: pick([0, 0, 1, 1, 2]) }, anyDisturbance).sort((a, b) => a.after - b.after),
      pause: seconds(pick([1, 5, 30, 100])),
    };
  };

  const quiet = (command: Command, disturbances: readonly Disturbance[] = [], pause = seconds(1)): Act => ({
    command,
    crashAt: undefined,
    disturbances,
    pause,
  });

  /** Scenes in which one guard matters. */
  const leaningActs = (): readonly Act[] => {
    const good = () => deploy('good');
    const some = (from: number, below: number): Ms => seconds(from + random.int(below));
    switch (leaning) {
      case 1:
        return [quiet(good()), quiet(good(), [{ after: some(45, 50), do: 'grow-live', to: 5 + random.int(4) }])];
      case 2: {
        const at = some(60, 30);
        return [
          quiet(good()),
          quiet(good(), [
            { after: at, do: 'kill-tasks', which: 'live', how: 'all' },
            { after: ms(at + 16_000), do: 'abort' },
          ]),
        ];
      }
      case 4:
        return [quiet(good()), quiet(good(), [{ after: some(1, 100), do: 'throttle', times: 8, thenAbort: true }])];
      case 6: {
        const at = some(60, 40);
        return [
          quiet(good()),
          quiet(good(), [
            { after: at, do: 'lose-writes', of: 'weights', times: 3, how: 'lost-before', thenAbort: true },
          ]),
        ];
      }
      case 8: {
        const byName = { do: 'rollback-by-name', to: pick(['blue', 'green'] as const), impostor: true } as const;
        return [quiet(good()), quiet(good()), quiet({ do: 'sweep' }, [{ after: seconds(1), ...byName }])];
      }
      default:
        return [quiet(good()), quiet(good()), quiet(good())];
    }
  };

  /** Scenes for what chance alone brings about too seldom. */
  const rareActs = (): readonly Act[] => {
    const at = (during: Disturbance['during']) => ({ after: seconds(1), ...(during && { during }) });
    const how = { do: 'lose-writes', of: 'weights', how: 'straggler' } as const;
    const lost = { do: 'lose-writes', of: 'limits', how: 'lost-before', times: 9, thenAbort: false } as const;
    const rare: readonly (readonly Disturbance[])[] = [
      [{ ...at('verifying'), ...how, times: 1, thenAbort: true }],
      [
        { ...at('verifying'), ...how, times: 1, thenAbort: false },
        { ...at('shifting'), do: 'request', kind: 'promote' },
      ],
      [{ ...at('baking'), ...how, times: 1, thenAbort: true }],
      [{ ...at('shifting'), do: 'refuse', operation: 'ModifyRule', seconds: 40, thenAbort: true }],
      [{ ...at('verifying'), do: 'request', kind: 'pause' }],
      [
        { ...at('shifting'), do: 'request', kind: 'pause' },
        { ...at('baking'), do: 'request', kind: 'pause' },
      ],
      [{ ...at('shifting'), do: 'request', kind: 'promote' }],
      [{ ...at('verifying'), do: 'kill-tasks', which: 'idle', how: 'all' }],
      [
        { ...at('shifting'), do: 'kill-tasks', which: 'live', how: 'all' },
        { after: seconds(2 + random.int(3)), do: 'abort' },
      ],
    ];
    if (isScaled && chanceScaling.int(4) === 0)
      return [quiet(deploy('good')), quiet(deploy('good'), [{ ...at('baking'), ...lost }])];
    if (chance(12))
      return [
        quiet(deploy('good'), [
          { after: seconds(20), do: 'refuse', operation: 'UpdateService', seconds: 60, thenAbort: true },
        ]),
      ];
    return [quiet(deploy('good')), quiet(deploy(chance(85) ? 'good' : pick(bad)), pick(rare))];
  };

  const isRare = leaning === 'any' && chance(25);
  /** Nothing but the bake can show anything, and too little comes for that. */
  const isBlind = leaning === 'any' && random.fork('blind').int(100) < 4;
  const chosenActs = (): readonly Act[] => {
    if (leaning !== 'any') return leaningActs();
    if (isRare) return rareActs();
    return Array.from({ length: 1 + random.int(4) }, (_, index) => act(index === 0));
  };
  const acts = chosenActs();
  const chancePlaces = random.fork('places');
  const hasSeveralPlaces = chancePlaces.int(3) === 0;
  const isSticky = chancePlaces.int(4) === 0;
  // Holds that are long enough for a scene to play in.
  const chosen =
    leaning === 'any' && !isRare ? pick(strategies) : { canary: { weight: 10, bake: isRare ? '20s' : '60s' } };
  const least = pick([1, 2, 2, 3]);
  return {
    service: {
      deployment: {
        strategy: isBlind ? 'all-at-once' : chosen,
        bake: isRare ? '20s' : pick(['0s', '10s', '20s']),
        keepWarm: pick(['0s', '20s', '60s', 'always']),
        healthTimeout: pick(['60s', '90s']),
        onInterrupt: pick(['rollback', 'leave']),
        ...(chance(15) && { limits: { window: '15s', minimumAnswers: 1_000, noData: 'rollback' } }),
        ...(chance(20) && { limits: { window: '15s', minimumAnswers: 28, failurePercent: 20, p99: '1s' } }),
        ...(isBlind && { bake: '20s', limits: { window: '15s', minimumAnswers: 1_000, noData: 'rollback' } }),
      },
      fields: {
        scaling: { min: least, ...(isScaled && { max: least + room }) },
        ...(hasSeveralPlaces && { routes: twoRoutes }),
        ...(isSticky && { stickiness: { duration: '10m' } }),
      },
      byDefault: hasSeveralPlaces && chancePlaces.int(3) === 0,
    },
    isScaled,
    trafficSettleSeconds: leaning === 'any' ? pick([10, 20, 60]) : 10,
    rates: leaning === 'any' ? evenly(pick([0, 0.04, 0.08, 0.12])) : {},
    faultsFromTheStart: chance(30),
    acts,
    greatestSkew: chance(50) ? ms(0) : seconds(240),
  };
}
