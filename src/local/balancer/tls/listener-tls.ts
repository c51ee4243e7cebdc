import { createSecureContext, type SecureContext, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { ListenerRoutes, SslPolicy } from '../../services/elbv2/index.ts';
import type { ClientTls } from '../traffic.ts';
import type { Authority, ServerCertificate } from './authority.ts';

type Tls = NonNullable<ListenerRoutes['tls']>;

/** Always of every certificate: a listener is reached at this machine. */
const ownNames = ['localhost', '*.localhost', '127.0.0.1', '::1'];

/** The certificates and the protocol of one HTTPS listener in one state of its configuration. */
export class ListenerTls {
  readonly #authority: Authority;
  readonly #tls: Tls;
  readonly #certificates = new Map<string, ServerCertificate>();
  readonly #contexts = new Map<string, SecureContext>();

  constructor(authority: Authority, tls: Tls) {
    this.#authority = authority;
    this.#tls = tls;
  }

  /** What a client gets that names no host, or one that no certificate is for; and the policy, for all. */
  context(): SecureContextOptions {
    const { cert, key } = this.#certificate(this.#default);
    return { cert, key, ...policyOptions(this.#tls.policy) };
  }

  /** For a client that asks for a name. ALB/https-listener-certificates: the most specific certificate that matches. */
  contextFor(serverName: string): SecureContext {
    const arn = this.#chosen(serverName);
    const present = this.#contexts.get(arn);
    if (present) return present;
    const { cert, key } = this.#certificate(arn);
    const made = createSecureContext({ cert, key, ...policyOptions(this.#tls.policy) });
    this.#contexts.set(arn, made);
    return made;
  }

  describe(socket: TLSSocket): ClientTls {
    const name = typeof socket.servername === 'string' && socket.servername !== '' ? socket.servername : undefined;
    return {
      version: socket.getProtocol() ?? '-',
      cipher: socket.getCipher()?.name ?? '-',
      serverName: name,
      certificateArn: name === undefined ? this.#default : this.#chosen(name),
    };
  }

  get #default(): string {
    return this.#tls.certificateArns[0] ?? '';
  }

  /** An ARN alone tells no names: those that are known are of certificates that the user provides. */
  #chosen(serverName: string): string {
    const name = serverName.toLowerCase();
    const wildcard = `*${name.slice(name.indexOf('.'))}`;
    const namedBy = (wanted: string): string | undefined =>
      this.#tls.certificateArns.find((arn) => this.#authority.provided(arn)?.names.includes(wanted));
    return namedBy(name) ?? namedBy(wildcard) ?? this.#default;
  }

  #certificate(arn: string): ServerCertificate {
    const present = this.#certificates.get(arn);
    if (present) return present;
    const made = this.#authority.provided(arn) ?? this.#authority.issue([...ownNames, ...this.#tls.names]);
    this.#certificates.set(arn, made);
    return made;
  }
}

/** The policy's versions, and its suites in its order. */
function policyOptions({ versions, ciphers }: SslPolicy): SecureContextOptions {
  const [oldest = 'TLSv1.2'] = versions;
  const newest = versions.at(-1) ?? 'TLSv1.3';
  // OpenSSL speaks what came before TLS 1.2 at its lowest level of security only.
  const level = oldest === 'TLSv1' || oldest === 'TLSv1.1' ? ['@SECLEVEL=0'] : [];
  return {
    minVersion: oldest,
    maxVersion: newest,
    ciphers: [...ciphers, ...level].join(':'),
    honorCipherOrder: true,
  };
}
