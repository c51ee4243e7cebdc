import type { CallError } from '../deployment/index.ts';

/**
 * What the SDK threw, told by HTTP status and AWS's code. The class of the error says nothing: a proxy's HTML
 * makes a SyntaxError of a 503, half an answer makes one of a 200, and codes that a service's model does not
 * have (`Throttling`) arrive as its base class.
 */
export function callError(error: unknown): CallError {
  const code = text(error, 'name') ?? '';
  const message = text(error, 'message') ?? String(error);
  const status = statusOf(error);
  if (neverSent.has(code)) return { kind: 'refused', code, message };
  if (status === undefined || status < 400 || status >= 500 || !isAwsError(error, code)) {
    const reason = text(error, 'code');
    const answer = status === undefined ? '' : `HTTP ${status}, `;
    return { kind: 'unknown', cause: `${answer}${code}${reason ? ` (${reason})` : ''}: ${firstLine(message)}` };
  }
  if (throttling.has(code) || status === 429) return { kind: 'throttled', code };
  return { kind: 'refused', code, message };
}

/** Errors of the SDK before it sends anything. */
const neverSent: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

/**
 * Codes that mean "later": those of the SDK's own list (`@smithy/core/retry`), less the two that are not about
 * rates, and ELB's PriorRequestNotComplete.
 */
const throttling: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'PriorRequestNotCompleteException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** An error document that AWS wrote and the SDK understood: only services' exceptions have a `$fault`. */
function isAwsError(error: unknown, code: string): boolean {
  return text(error, '$fault') !== undefined && code !== '' && code !== 'Unknown' && code !== 'UnknownError';
}

function statusOf(error: unknown): number | undefined {
  for (const at of [member(error, '$metadata'), member(error, '$response')]) {
    const status = member(at, 'httpStatusCode') ?? member(at, 'statusCode');
    if (typeof status === 'number') return status;
  }
  return undefined;
}

/** The SDK appends a hint for its own users. */
const firstLine = (message: string): string => message.split('\n', 1)[0] ?? '';

function text(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
