import { request as requestPlainly } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Clock } from '../../../base/index.ts';
import type { HealthCheckAnswer, HealthCheckRequest, SocketAddress } from '../network.ts';
import { checkHealthOverHttp2 } from './http2-health-check.ts';

/**
 * One target health check over a connection of its own. Host is the target's virtual address and port, as with AWS
 * (ALB/target-group-health-checks).
 */
export function checkHealth(
  clock: Clock,
  target: SocketAddress,
  check: HealthCheckRequest,
  done: (answer: HealthCheckAnswer) => void,
): void {
  if (check.version !== 'HTTP1') {
    checkHealthOverHttp2(clock, target, check, done);
    return;
  }
  let open = true;
  const end = (answer: HealthCheckAnswer): void => {
    if (!open) return;
    open = false;
    cancel();
    sending.destroy();
    done(answer);
  };
  const request = check.protocol === 'HTTPS' ? requestOverTls : requestPlainly;
  const sending = request({
    ...(check.protocol === 'HTTPS' ? { rejectUnauthorized: false } : {}),
    host: target.host,
    port: target.port,
    path: check.path,
    agent: false,
    headers: { host: `${check.address}:${check.port}`, connection: 'close', 'user-agent': 'ELB-HealthChecker/2.0' },
  });
  const cancel = clock.after(check.timeout, () => end({ kind: 'timed-out' }), { unref: true });
  sending.on('response', (response) => {
    // What follows the status is not waited for.
    response.on('error', () => {});
    end({ kind: 'answered', status: response.statusCode ?? 0 });
  });
  sending.on('error', () => end({ kind: 'failed' }));
  sending.end();
}
