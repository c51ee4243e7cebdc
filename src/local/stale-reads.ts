import type { Clock, Ms, Random } from '../base/index.ts';
import type { Place } from './wire/caller.ts';

/** Answers reads as of a moment ago, as AWS may. */
export interface StaleReads {
  /** `answer` runs the call at this instant. @throws what `answer` throws */
  read(at: Place, call: CallToRead, answer: () => unknown): unknown;
}

export interface CallToRead {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

interface Asked {
  /** Runs the same read again. */
  readonly answer: () => unknown;
  /** The oldest first. */
  answers: readonly { readonly at: number; readonly output: unknown }[];
}

/**
 * Reads of services that AWS calls eventually consistent answer, each by chance, what the same read answered at some
 * moment within `atMost`, or would have answered right before a write since. Never those that DynamoDB reads
 * consistently, and no write.
 */
export function createStaleReads(clock: Pick<Clock, 'monotonic'>, random: Random, atMost: Ms): StaleReads {
  const asked = new Map<string, Asked>();

  /** What is too old to be answered any more. */
  const forget = () => {
    const oldest = clock.monotonic() - atMost;
    for (const [key, each] of asked) {
      each.answers = each.answers.filter(({ at }) => at >= oldest);
      if (each.answers.length === 0) asked.delete(key);
    }
  };

  const run = (key: string, answer: () => unknown): unknown => {
    const output = answer();
    const known = asked.get(key)?.answers ?? [];
    asked.set(key, { answer, answers: [...known, { at: clock.monotonic(), output }] });
    return output;
  };

  return {
    read(at, call, answer) {
      forget();
      const where = `${at.account}/${at.region}/${call.service} `;
      if (!isRead(call)) {
        for (const [key, each] of [...asked]) if (key.startsWith(where)) rememberAgain(key, each, run);
        return answer();
      }
      if (!mayBeStale(call)) return answer();
      const key = `${where}${call.operation} ${JSON.stringify(call.input)}`;
      const former = asked.get(key)?.answers ?? [];
      const output = run(key, answer);
      // One of what it answered lately, or what it answers now.
      const chosen = former[random.int(former.length + 1)];
      return chosen ? chosen.output : output;
    },
  };
}

/** A read of something that has gone since has no answer to remember. */
function rememberAgain(key: string, { answer }: Asked, run: (key: string, answer: () => unknown) => unknown): void {
  try {
    run(key, answer);
  } catch {
    // It answers an error now, and that is not remembered.
  }
}

/** Source for ECS: ECS-API/API_RunTask; for DynamoDB: DDB/HowItWorks.ReadConsistency. */
const eventuallyConsistent: ReadonlySet<string> = new Set([
  'application-autoscaling',
  'dynamodb',
  'ecs',
  'elasticloadbalancing',
  'logs',
  'secretsmanager',
  'ssm',
]);

const isRead = ({ operation }: CallToRead): boolean =>
  /^(Describe|List|Get|Query|Scan|BatchGet|TransactGet)/.test(operation);

function mayBeStale({ service, operation, input }: CallToRead): boolean {
  if (!eventuallyConsistent.has(service) || operation === 'TransactGetItems' || operation === 'GetRandomPassword')
    return false;
  return service !== 'dynamodb' || !JSON.stringify(input).includes('"ConsistentRead":true');
}
