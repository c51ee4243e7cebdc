import type { HttpHandlerOptions, HttpRequest, HttpResponse, MiddlewareStack } from '@smithy/types';

const signals = new WeakMap<object, AbortSignal>();

/** From now on the signal ends the sending of this command. One caller at a time may send a command. */
export function bindSignal(command: { readonly input: object }, signal: AbortSignal): void {
  signals.set(command.input, signal);
}

/** Where a client's requests go: the SDK's HTTP handler, or the simulation's network. */
export interface RequestSender {
  handle(request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }>;
}

/**
 * Hands the bound signal to the request handler. `client.send(command, { abortSignal })` would do the same, but
 * options of `send` bypass the client's cache of resolved middleware, and empty it.
 */
export function addSignals<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  sender: RequestSender,
): void {
  stack.add(
    (next) => async (args) => {
      const abortSignal = signals.get(args.input);
      return abortSignal ? sender.handle(args.request as HttpRequest, { abortSignal }) : next(args);
    },
    // The innermost of all: it takes the place of the stack's own last step.
    { step: 'deserialize', priority: 'low', name: 'tealSignalMiddleware', override: true },
  );
}
