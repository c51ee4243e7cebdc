import { connect } from 'node:net';
import { type Clock, ms, seconds } from '../../../base/index.ts';
import { listeningPorts } from './listening-ports.ts';

export interface PortWatch {
  readonly clock: Clock;
  /** Of the process group. */
  readonly group: number;
  /** The real port that is `$PORT` in the container. */
  readonly port: number;
  readonly containerPort: number;
  /** A line for the container's log. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** When to look, after the start. What is found is told once it was seen twice: applications start in steps. */
const looks = [1, 2, 4, 8, 15, 30, 60].map(seconds);

/**
 * Recognises an application that does not listen where it is looked for, and tells in its log what to change. Ends by
 * itself once the application does, at the latest after the last look.
 */
export async function watchPort(watch: PortWatch): Promise<void> {
  let before: string | undefined;
  let waited = ms(0);
  for (const at of looks) {
    await watch.clock.sleep(ms(at - waited), watch.signal);
    waited = at;
    const finding = await look(watch);
    if (finding === undefined) return;
    if (finding === before && finding !== nothingYet) {
      watch.tell(`teal: ${finding}`);
      return;
    }
    before = finding;
  }
}

const nothingYet = 'nothing listens yet';

/** Undefined when all is well. */
async function look(watch: PortWatch): Promise<string | undefined> {
  const ports = await listeningPorts(watch.group);
  if (ports === undefined) return (await accepts(watch.port)) ? undefined : nothingYet;
  const right = ports.find(({ port }) => port === watch.port);
  if (right && !right.loopbackOnly) return undefined;
  if (right) {
    return `this container listens on $PORT (${watch.port}), but on the loopback address only; on AWS nothing could reach it. Listen on 0.0.0.0.`;
  }
  const other = ports.find(({ port }) => port === watch.containerPort) ?? ports[0];
  if (!other) return nothingYet;
  const literally =
    other.port === watch.containerPort
      ? ` On AWS $PORT is ${watch.containerPort}; here two colours run side by side, so that each task has a port of its own.`
      : '';
  return `this container listens on port ${other.port}, not on $PORT (${watch.port}); no request can reach it. Listen on the port that the environment variable PORT names.${literally}`;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
