import {
  insertedHeaders,
  type ListenerRoutes,
  listenerAttribute,
  loadBalancerAttribute,
} from '../services/elbv2/index.ts';

/** The attributes of a load balancer and its listener that shape an exchange, in force now. */
export interface TrafficSettings {
  readonly loadBalancerArn: string;
  readonly loadBalancerName: string;
  readonly listenerPort: number;
  readonly protocol: 'http' | 'https';
  readonly idleMs: number;
  readonly clientKeepAliveMs: number;
  readonly forwardedFor: string;
  /** X-Forwarded-For has the client's port too. */
  readonly forwardedPort: boolean;
  readonly preserveHost: boolean;
  readonly dropInvalidHeaders: boolean;
  /** X-Amzn-Tls-Version and X-Amzn-Tls-Cipher-Suite. */
  readonly tlsHeaders: boolean;
  /** The balancer's own answers name it. */
  readonly namesServer: boolean;
  /** In place of the target's own. */
  readonly insertedHeaders: readonly (readonly [name: string, value: string])[];
}

const known = new WeakMap<ListenerRoutes, TrafficSettings>();

/** Read once of each snapshot of a listener: a request has no time for it. */
export function settingsOf(listener: ListenerRoutes): TrafficSettings {
  const present = known.get(listener);
  if (present) return present;
  const attribute = (key: string): string => loadBalancerAttribute(listener.attributes, key);
  const made: TrafficSettings = {
    loadBalancerArn: listener.loadBalancerArn,
    loadBalancerName: listener.loadBalancerName,
    listenerPort: listener.port,
    protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
    idleMs: Number(attribute('idle_timeout.timeout_seconds')) * 1000,
    clientKeepAliveMs: Number(attribute('client_keep_alive.seconds')) * 1000,
    forwardedFor: attribute('routing.http.xff_header_processing.mode'),
    forwardedPort: attribute('routing.http.xff_client_port.enabled') === 'true',
    preserveHost: attribute('routing.http.preserve_host_header.enabled') === 'true',
    dropInvalidHeaders: attribute('routing.http.drop_invalid_header_fields.enabled') === 'true',
    tlsHeaders: attribute('routing.http.x_amzn_tls_version_and_cipher_suite.enabled') === 'true',
    namesServer: listenerAttribute(listener.listenerAttributes, 'routing.http.response.server.enabled') === 'true',
    insertedHeaders: insertedHeaders(listener.listenerAttributes),
  };
  known.set(listener, made);
  return made;
}
