import { collectBody, HttpRequest } from '@smithy/core/protocols';
import { err, ok, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { type Aws, readLimit } from './aws.ts';
import { type CallLimit, readWithRetries } from './call.ts';
import { callError } from './call-error.ts';

/** A call of a service that is asked a question or two: its SDK client would weigh more than all of teal. */
export interface PlainCall {
  /** As signatures name it. */
  readonly service: 'iam' | 'ec2' | 'route53' | 'servicequotas';
  /** Of AWS itself; null where another one stands in for all services. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a call that only reads, and returns the answer's text; again where it got none. */
export function readPlain(aws: Aws, plain: PlainCall, signal: AbortSignal): Promise<Result<string, CallError>> {
  return readWithRetries((limit) => send(aws, plain, limit), readLimit(aws, signal));
}

/** By STS's client: its credentials, its signer and its connections are those of every client. */
async function send(
  aws: Aws,
  { service, endpoint, region, method, path, query, headers, body }: PlainCall,
  { clock, deadline, signal }: CallLimit,
): Promise<Result<string, CallError>> {
  const { client } = await aws.clients.sts();
  const { protocol, hostname, port } = new URL(endpoint ?? hostOf(service, region));
  const ending = new AbortController();
  const end = (): void => ending.abort(new Error(`no answer within ${deadline / 1000} s`));
  const cancel = clock.after(deadline, end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const request = new HttpRequest({
      ...{ protocol, hostname, method, path },
      ...(port !== '' && { port: Number(port) }),
      query: { ...query },
      headers: { host: port === '' ? hostname : `${hostname}:${port}`, ...headers },
      ...(body !== undefined && { body }),
    });
    // Asked for as STS's own, because it keeps the first name that it is given.
    const signer = await client.config.signer();
    const signed = HttpRequest.clone(
      await signer.sign(request, {
        signingDate: new Date(clock.now()),
        signingService: service,
        signingRegion: isGlobal(service) ? globalRegion(region) : region,
      }),
    );
    const { response } = await client.config.requestHandler.handle(signed, { abortSignal: ending.signal });
    const text = new TextDecoder().decode(await collectBody(response.body, client.config));
    if (response.statusCode < 300) return ok(text);
    return err(callError(refusal(response.statusCode, text)));
  } catch (error) {
    return err(callError(error));
  } finally {
    cancel();
    signal?.removeEventListener('abort', end);
  }
}

/** What the SDK would throw: AWS's code and status. XML has `<Code>`, JSON has `__type`. */
function refusal(httpStatusCode: number, text: string): Error {
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1];
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? /"[Mm]essage":\s*"([^"]*)"/.exec(text)?.[1];
  const error = new Error(message ?? text.slice(0, 200));
  return Object.assign(error, { name: code ?? 'Unknown', $fault: 'client', $metadata: { httpStatusCode } });
}

/** IAM and Route 53 are one for all regions of a partition, and signed for one of them. */
const isGlobal = (service: PlainCall['service']): boolean => service === 'iam' || service === 'route53';

const inChina = (region: string): boolean => region.startsWith('cn-');
const globalRegion = (region: string): string => (inChina(region) ? 'cn-north-1' : 'us-east-1');

const hostOf = (service: PlainCall['service'], region: string): string =>
  `https://${isGlobal(service) ? service : `${service}.${region}`}.amazonaws.com${inChina(region) ? '.cn' : ''}`;
