import type { MiddlewareStack } from '@smithy/types';
import type { World } from './world.ts';

/** What the wire layer knows of one call besides its input. */
export interface Call {
  readonly requestId: string;
  /** The host and port that the client spoke to, as in its Host header. */
  readonly host: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/**
 * One operation: a synchronous step of the world at one instant. Checks first, in AWS's order, then changes:
 * a handler that throws has changed nothing. Asynchronous effects go through `world.clock`.
 */
export type Handler<State, Input, Output> = (state: State, input: Input, call: Call) => Output;

/**
 * An AWS service as the runtime imitates it. `sdk` is its SDK v3 module, which carries the runtime schemas
 * that the wire layer reads; handlers are looked up by operation name.
 */
export interface ServiceDefinition<State> {
  /** Name in the credential scope of a signature: `ecs`, `elasticloadbalancing`, `dynamodb`, `logs`, `ssm`, `sts`. */
  readonly name: string;
  readonly sdk: object;
  /** The state of one account and region. Called once, at the first call there (and after a restart). */
  readonly create: (world: World) => State;
  /** It is made with its world, and not at the first call: it observes what the other services do. */
  readonly watchesOthers?: true;
  /** Ends all that this state has running (timers, tasks): the world is being emptied or the runtime stops. */
  readonly close?: (state: State) => void;
  readonly operations: { readonly [operation: string]: Handler<State, never, object> };
}

/** Any service, where its state and its operations' types don't matter. */
export interface AnyService {
  readonly name: string;
  readonly sdk: object;
  readonly create: (world: World) => unknown;
  readonly watchesOthers?: true;
  readonly close?: (state: never) => void;
  readonly operations: { readonly [operation: string]: Handler<never, never, object> };
}

/** `InputOf<typeof import('@aws-sdk/client-ecs'), 'UpdateService'>` */
export type InputOf<Sdk, Operation extends string> =
  CommandOf<Sdk, Operation> extends { readonly input: infer Input } ? Input : never;

/** The output of an operation without the SDK's `$metadata`. */
export type OutputOf<Sdk, Operation extends string> =
  CommandOf<Sdk, Operation> extends {
    readonly middlewareStack: MiddlewareStack<infer _Input, infer Output>;
  }
    ? Omit<Output, '$metadata'>
    : never;

type CommandOf<Sdk, Operation extends string> = `${Operation}Command` extends keyof Sdk
  ? Sdk[`${Operation}Command`] extends { readonly prototype: infer Command }
    ? Command
    : never
  : never;
