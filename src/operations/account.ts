import { callerAccount } from '../aws/index.ts';
import { ms } from '../base/index.ts';
import type { Context } from './context.ts';
import type { OperationRefusal } from './refusal.ts';

/** How long STS is waited for: a rollback must not hang on it. */
const patience = ms(1_000);

type AccountContext = Pick<Context, 'aws' | 'clock' | 'environment' | 'note'>;

/** A wrong account refuses; an STS that does not answer is a warning. Before the first mutating call of everything that drives. */
export async function checkAccount(context: AccountContext): Promise<OperationRefusal | undefined> {
  const found = await askAccount(context);
  return found === 'unknown' ? undefined : found;
}

/** The same, telling silence apart. */
export async function askAccount(context: AccountContext): Promise<OperationRefusal | 'unknown' | undefined> {
  const { clock, environment } = context;
  // Loading the client is this machine's time, which counts against nobody's patience.
  await context.aws.clients.sts();
  const asking = new AbortController();
  const cancel = clock.after(patience, () => asking.abort(new Error('STS took too long')));
  const found = await callerAccount(context.aws, asking.signal);
  cancel();
  if (!found.ok) {
    context.note('STS does not answer: whose account these credentials are was not checked.');
    return 'unknown';
  }
  if (found.value === environment.account) return undefined;
  return { kind: 'wrong-account', expected: environment.account, found: found.value };
}
