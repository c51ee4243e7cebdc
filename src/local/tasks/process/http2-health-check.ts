import { connect } from 'node:http2';
import type { Clock } from '../../../base/index.ts';
import type { HealthCheckAnswer, HealthCheckRequest, SocketAddress } from '../network.ts';

/**
 * One check of a target that speaks HTTP/2, in the clear or over TLS. Of gRPC, the answer's status is the call's: an
 * empty call of the path, whose status comes in the trailers, or in the headers where there is nothing else.
 */
export function checkHealthOverHttp2(
  clock: Clock,
  target: SocketAddress,
  check: HealthCheckRequest,
  done: (answer: HealthCheckAnswer) => void,
): void {
  const grpc = check.version === 'GRPC';
  let open = true;
  const end = (answer: HealthCheckAnswer): void => {
    if (!open) return;
    open = false;
    cancel();
    session.destroy();
    done(answer);
  };
  const scheme = check.protocol === 'HTTPS' ? 'https' : 'http';
  const session = connect(`${scheme}://${target.host}:${target.port}`, { rejectUnauthorized: false });
  const cancel = clock.after(check.timeout, () => end({ kind: 'timed-out' }), { unref: true });
  session.on('error', () => end({ kind: 'failed' }));
  const stream = session.request(
    {
      ':method': grpc ? 'POST' : 'GET',
      ':path': check.path,
      ':authority': `${check.address}:${check.port}`,
      'user-agent': 'ELB-HealthChecker/2.0',
      ...(grpc ? { 'content-type': 'application/grpc', te: 'trailers' } : {}),
    },
    { endStream: true },
  );
  const learn = (status: unknown): void => {
    if (status !== undefined) end({ kind: 'answered', status: Number(status) });
  };
  stream.on('response', (headers) => learn(grpc ? headers['grpc-status'] : headers[':status']));
  stream.on('trailers', (trailers) => learn(trailers['grpc-status']));
  stream.on('error', () => end({ kind: 'failed' }));
  stream.on('close', () => end({ kind: 'failed' }));
  stream.resume();
}
