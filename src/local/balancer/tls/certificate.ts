import { createHash, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import type { EpochMs, Ms } from '../../../base/index.ts';
import { bits, explicit, identifier, implicit, integer, octets, sequence, set, time, truth, utf8 } from './der.ts';

export interface CertificateRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** The issuer's: EC on P-256. */
  readonly signWith: KeyObject;
  readonly issuerKey: KeyObject;
  readonly serial: Buffer;
  readonly from: EpochMs;
  readonly lasts: Ms;
  readonly use: { readonly kind: 'authority' } | { readonly kind: 'server'; readonly names: readonly string[] };
}

/** A certificate in PEM. RFC 5280; ECDSA with SHA-256 (RFC 5758). */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = sequence(identifier('1.2.840.10045.4.3.2'));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(request.serial),
    algorithm,
    commonName(request.issuer),
    sequence(time(request.from), time(request.from + request.lasts)),
    commonName(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions(request))),
  );
  const signature = sign('sha256', body, request.signWith);
  const certificate = sequence(body, algorithm, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function extensions({ use, publicKey, issuerKey }: CertificateRequest): Buffer[] {
  const own = extension('2.5.29.14', octets(keyIdentifier(publicKey)));
  const issuer = extension('2.5.29.35', sequence(implicit(0, keyIdentifier(issuerKey))));
  if (use.kind === 'authority') {
    return [
      extension('2.5.29.19', sequence(truth(), integer(Buffer.from([0]))), 'critical'),
      // keyCertSign, cRLSign
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), 'critical'),
      own,
    ];
  }
  return [
    extension('2.5.29.19', sequence(), 'critical'),
    // digitalSignature
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), 'critical'),
    // serverAuth
    extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', sequence(...use.names.map(generalName))),
    own,
    issuer,
  ];
}

const extension = (id: string, value: Buffer, critical?: 'critical'): Buffer =>
  sequence(identifier(id), ...(critical ? [truth()] : []), octets(value));

const commonName = (name: string): Buffer => sequence(set(sequence(identifier('2.5.4.3'), utf8(name))));

function generalName(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return implicit(7, Buffer.from(name.split('.').map(Number)));
    case 6:
      return implicit(7, Buffer.from(name === '::1' ? `${'00'.repeat(15)}01` : '', 'hex'));
    default:
      return implicit(2, Buffer.from(name));
  }
}

const keyIdentifier = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
