import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type {
  AuthScheme,
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  MiddlewareStack,
  RequestSigner,
} from '@smithy/types';
import { addSignals, type RequestSender } from './call-signal.ts';

export interface ClientOptions {
  readonly region: string;
  /** The local runtime's address; AWS's own where it is undefined. */
  readonly endpoint?: string | undefined;
  /** The SDK's default chain where it is undefined. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /** HTTP by the SDK's own handler where it is undefined. */
  readonly transport?: Transport | undefined;
}

/** Carries the clients' requests elsewhere than over HTTP. */
export interface Transport {
  readonly requestHandler: RequestSender;
  /** SDK settings on top of ours. */
  readonly settings: object;
  /** Changes a new client's stack or settings. */
  adapt<Input extends object, Output extends object>(client: AdaptableClient<Input, Output>): void;
}

export interface AdaptableClient<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
  readonly config: { signer?: (scheme?: AuthScheme) => Promise<RequestSigner> };
}

/** A client together with the SDK module that has its commands, so that neither is loaded before its first use. */
export interface Service<Sdk, Client> {
  readonly sdk: Sdk;
  readonly client: Client;
}

/** The AWS services that teal speaks to. Each is loaded and made at its first use, then kept. */
export interface Clients {
  ecr(): Promise<Service<typeof import('./sdk/ecr.ts'), ECRClient>>;
  ecs(): Promise<Service<typeof import('./sdk/ecs.ts'), ECSClient>>;
  elb(): Promise<Service<typeof import('./sdk/elb.ts'), ElasticLoadBalancingV2Client>>;
  dynamodb(): Promise<Service<typeof import('./sdk/dynamodb.ts'), DynamoDBClient>>;
  ssm(): Promise<Service<typeof import('./sdk/ssm.ts'), SSMClient>>;
  secrets(): Promise<Service<typeof import('./sdk/secrets.ts'), SecretsManagerClient>>;
  sts(): Promise<Service<typeof import('./sdk/sts.ts'), STSClient>>;
  logs(): Promise<Service<typeof import('./sdk/logs.ts'), CloudWatchLogsClient>>;
  cloudwatch(): Promise<Service<typeof import('./sdk/cloudwatch.ts'), CloudWatchClient>>;
  autoscaling(): Promise<Service<typeof import('./sdk/autoscaling.ts'), ApplicationAutoScalingClient>>;
  /** Requests sent so far by operation, such as `ECS.DescribeServices`: each attempt is one. */
  readonly calls: ReadonlyMap<string, number>;
  /** Closes idle connections. */
  destroy(): void;
}

const modules = {
  ecr: once(() => import('./sdk/ecr.ts')),
  ecs: once(() => import('./sdk/ecs.ts')),
  elb: once(() => import('./sdk/elb.ts')),
  dynamodb: once(() => import('./sdk/dynamodb.ts')),
  ssm: once(() => import('./sdk/ssm.ts')),
  secrets: once(() => import('./sdk/secrets.ts')),
  sts: once(() => import('./sdk/sts.ts')),
  logs: once(() => import('./sdk/logs.ts')),
  cloudwatch: once(() => import('./sdk/cloudwatch.ts')),
  autoscaling: once(() => import('./sdk/autoscaling.ts')),
};

/** Loads every SDK module now, so that no later first use waits for the disk. */
export async function loadSdk(): Promise<void> {
  await Promise.all(Object.values(modules).map((load) => load()));
}

/**
 * The SDK clients of one process, with all retrying turned off: an attempt that is not seen can't be counted
 * against a lease. `call` and `readWithRetries` are how to use them.
 */
export function createClients(options: ClientOptions): Clients {
  const { region, endpoint, credentials, transport } = options;
  const settings = {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: 1,
    retryMode: 'standard',
    cacheMiddleware: true,
    ...(transport && { ...transport.settings, requestHandler: transport.requestHandler }),
  };
  const calls = new Map<string, number>();
  const made: { destroy(): void }[] = [];

  const prepared = <Input extends object, Output extends object, Client extends SdkClient<Input, Output>>(
    client: Client & SdkClient<Input, Output>,
  ): Client => {
    // It prepares each input and output for a log that nobody keeps.
    client.middlewareStack.remove('loggerMiddleware');
    addSignals(client.middlewareStack, client.config.requestHandler);
    client.middlewareStack.add(
      (next, context) => (args) => {
        const operation = `${context.clientName?.replace(/Client$/, '')}.${context.commandName?.replace(/Command$/, '')}`;
        calls.set(operation, (calls.get(operation) ?? 0) + 1);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tealCountMiddleware' },
    );
    transport?.adapt(client);
    made.push(client);
    return client;
  };

  return {
    ecr: once(async () => {
      const sdk = await modules.ecr();
      return { sdk, client: prepared(new sdk.ECRClient(settings)) };
    }),
    ecs: once(async () => {
      const sdk = await modules.ecs();
      return { sdk, client: prepared(new sdk.ECSClient(settings)) };
    }),
    elb: once(async () => {
      const sdk = await modules.elb();
      return { sdk, client: prepared(new sdk.ElasticLoadBalancingV2Client(settings)) };
    }),
    dynamodb: once(async () => {
      const sdk = await modules.dynamodb();
      return { sdk, client: prepared(new sdk.DynamoDBClient(settings)) };
    }),
    ssm: once(async () => {
      const sdk = await modules.ssm();
      return { sdk, client: prepared(new sdk.SSMClient(settings)) };
    }),
    secrets: once(async () => {
      const sdk = await modules.secrets();
      return { sdk, client: prepared(new sdk.SecretsManagerClient(settings)) };
    }),
    sts: once(async () => {
      const sdk = await modules.sts();
      return { sdk, client: prepared(new sdk.STSClient(settings)) };
    }),
    logs: once(async () => {
      const sdk = await modules.logs();
      return { sdk, client: prepared(new sdk.CloudWatchLogsClient(settings)) };
    }),
    cloudwatch: once(async () => {
      const sdk = await modules.cloudwatch();
      return { sdk, client: prepared(new sdk.CloudWatchClient(settings)) };
    }),
    autoscaling: once(async () => {
      const sdk = await modules.autoscaling();
      return { sdk, client: prepared(new sdk.ApplicationAutoScalingClient(settings)) };
    }),
    calls,
    destroy() {
      for (const client of made) client.destroy();
    },
  };
}

interface SdkClient<Input extends object, Output extends object> extends AdaptableClient<Input, Output> {
  readonly config: AdaptableClient<Input, Output>['config'] & { readonly requestHandler: RequestSender };
  destroy(): void;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
