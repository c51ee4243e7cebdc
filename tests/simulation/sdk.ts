import { HttpRequest } from '@smithy/core/transport';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { type AdaptableClient, type Clients, createClients, type Transport } from '../../src/aws/clients.ts';
import type { Clock, Random } from '../../src/base/index.ts';
import type { Network } from './network.ts';
import type { Actor } from './scheduler.ts';

/**
 * `trimmed` leaves out what costs most and changes nothing that the engine sees: signing, user agent, host header,
 * the retry loop of one attempt. `signed` is the whole stack.
 */
export type Stack = 'trimmed' | 'signed';

export interface SdkOptions {
  readonly actor: Actor;
  readonly network: Network;
  readonly stack: Stack;
  /** For invocation ids, which only the signed stack sends. */
  readonly ids: Random;
  readonly region?: string;
  /** Twelve digits: the account that the local runtime takes the caller for. */
  readonly account?: string;
}

/** Production's own clients for one actor, with nothing left that touches files, timers, dates or chance. */
export function createSimulatedClients(options: SdkOptions): Clients {
  const { actor, network, stack, region = 'eu-west-1', account = '123456789012' } = options;
  const transport: Transport = {
    requestHandler: Object.assign(network.sender(actor), handlerMembers),
    settings,
    adapt: (client) => {
      if (stack === 'signed') adaptSigned(client, actor.clock, options.ids);
      else adaptTrimmed(client, `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/sim/aws4_request`);
    },
  };
  return createClients({
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'simulated' },
    transport,
  });
}

/** What each setting would do if it were left out: read `~/.aws` at the first call, or tell this machine's versions. */
const settings = {
  defaultsMode: 'standard',
  endpoint: { protocol: 'http:', hostname: 'sim', path: '/' },
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  authSchemePreference: [],
  userAgentAppId: async () => undefined,
  accountIdEndpointMode: 'disabled',
  defaultUserAgentProvider: async () => [['teal', '0']],
  disableClockSkewCorrection: true,
} as const;

/** What the SDK wants of a handler besides `handle`. */
const handlerMembers = {
  metadata: { handlerProtocol: 'http/1.1' },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
  destroy() {},
};

const costly = [
  'recursionDetectionMiddleware',
  'hostHeaderMiddleware',
  'getUserAgentMiddleware',
  'contentLengthMiddleware',
  'retryMiddleware',
  'httpSigningMiddleware',
] as const;

function adaptTrimmed<Input extends object, Output extends object>(
  { middlewareStack }: AdaptableClient<Input, Output>,
  authorization: string,
): void {
  for (const name of costly) {
    if (!middlewareStack.remove(name)) throw new Error(`the SDK has no ${name} any more`);
  }
  middlewareStack.add(
    (next) => (args) => {
      setHeader(args.request, 'authorization', authorization);
      return next(args);
    },
    { step: 'build', name: 'simulatedScopeMiddleware' },
  );
}

function adaptSigned<Input extends object, Output extends object>(
  { middlewareStack, config }: AdaptableClient<Input, Output>,
  clock: Clock,
  ids: Random,
): void {
  const pinned: FinalizeRequestMiddleware<Input, Output> = (next) => (args) => {
    setHeader(args.request, 'amz-sdk-invocation-id', ids.uuid());
    return next(args);
  };
  middlewareStack.addRelativeTo(pinned, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'simulatedInvocationMiddleware',
  });
  const signerOf = config.signer;
  if (!signerOf) throw new Error('the SDK has no signer any more');
  config.signer = async (scheme) => {
    const signer = await signerOf(scheme);
    return {
      sign: (request, options) => signer.sign(request, { ...options, signingDate: new Date(clock.now()) }),
    };
  };
}

function setHeader(request: unknown, name: string, value: string): void {
  if (!HttpRequest.isInstance(request)) throw new Error('the SDK sends something else than an HttpRequest');
  request.headers[name] = value;
}
