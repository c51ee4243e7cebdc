import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, epochMs, type Ms, ms, type Random } from '../../../base/index.ts';
import { issueCertificate } from './certificate.ts';

/** What a listener serves TLS with. */
export interface ServerCertificate {
  /** PEM, its issuer's after it. */
  readonly cert: string;
  readonly key: string;
  readonly names: readonly string[];
}

/** The certificate authority of one data folder. Whoever trusts its certificate trusts all listeners of the runtime. */
export interface Authority {
  /** The authority's own certificate in PEM; undefined until the first one was issued. */
  readonly certificateFile: string | undefined;
  /** For these names, of which the first is the subject. Kept for as long as the runtime runs. */
  issue(names: readonly string[]): ServerCertificate;
  /**
   * What the user put beside the authority's own under an ACM certificate's id: `<id>.pem`, with chain and key. Read
   * once.
   */
  provided(certificateArn: string): ServerCertificate | undefined;
}

const dayMs = 24 * 3600 * 1000;
const authorityLasts = ms(3650 * dayMs);
/** No browser takes a server's certificate that lasts longer than 398 days. */
const certificateLasts = ms(397 * dayMs);

/** Nothing is made until something is asked for. The key is for this user alone. */
export function openAuthority(folder: string, clock: Clock, random: Random): Authority {
  const certificateFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  const issued = new Map<string, ServerCertificate>();
  const read = new Map<string, ServerCertificate | undefined>();
  let own: OwnCertificate | undefined = readOwn(certificateFile, keyFile, clock);

  const serial = (): Buffer => Buffer.from(`01${random.hex(30)}`, 'hex');
  const begin = (lasts: Ms) => ({ from: epochMs(clock.now() - dayMs), lasts: ms(lasts + dayMs) });
  const make = (): OwnCertificate => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const subject = `teal local ${random.hex(6)}`;
    const pem = issueCertificate({
      subject,
      issuer: subject,
      publicKey,
      issuerKey: publicKey,
      signWith: privateKey,
      serial: serial(),
      ...begin(authorityLasts),
      use: { kind: 'authority' },
    });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    write(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    write(certificateFile, pem, 0o644);
    return { subject, pem, publicKey, privateKey };
  };

  return {
    get certificateFile() {
      return own && certificateFile;
    },
    issue(names) {
      const wanted = names.join(' ');
      const present = issued.get(wanted);
      if (present) return present;
      own ??= make();
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pem = issueCertificate({
        subject: names[0]?.slice(0, 64) ?? 'localhost',
        issuer: own.subject,
        publicKey,
        issuerKey: own.publicKey,
        signWith: own.privateKey,
        serial: serial(),
        ...begin(certificateLasts),
        use: { kind: 'server', names },
      });
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const made = { cert: pem + own.pem, key, names };
      issued.set(wanted, made);
      return made;
    },
    provided(certificateArn) {
      const id = certificateArn.slice(certificateArn.lastIndexOf('/') + 1);
      if (!/^[\w-]+$/.test(id)) return undefined;
      if (!read.has(id)) read.set(id, readProvided(join(folder, `${id}.pem`)));
      return read.get(id);
    },
  };
}

function readProvided(file: string): ServerCertificate | undefined {
  try {
    const pem = readFileSync(file, 'utf8');
    createPrivateKey(pem);
    const names = new X509Certificate(pem).subjectAltName?.matchAll(/DNS:([^,\s]+)/g) ?? [];
    return { cert: pem, key: pem, names: [...names].map(([, name = '']) => name.toLowerCase()) };
  } catch {
    return undefined;
  }
}

interface OwnCertificate {
  readonly subject: string;
  readonly pem: string;
  readonly publicKey: ReturnType<typeof createPublicKey>;
  readonly privateKey: ReturnType<typeof createPrivateKey>;
}

/** Undefined where there is none, or one that can't be read or ends within a month: then a new one is made. */
function readOwn(certificateFile: string, keyFile: string, clock: Clock): OwnCertificate | undefined {
  try {
    const pem = readFileSync(certificateFile, 'utf8');
    const certificate = new X509Certificate(pem);
    const privateKey = createPrivateKey(readFileSync(keyFile, 'utf8'));
    if (!certificate.checkPrivateKey(privateKey)) return undefined;
    if (Date.parse(certificate.validTo) < clock.now() + 30 * dayMs) return undefined;
    const subject = certificate.subject.replace(/^CN=/, '');
    return { subject, pem, publicKey: createPublicKey(privateKey), privateKey };
  } catch {
    return undefined;
  }
}

function write(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
