import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import type { Operation } from './state.ts';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface SslPolicy {
  readonly name: string;
  /** Oldest first. */
  readonly versions: readonly TlsVersion[];
  /** By OpenSSL's names, in order of preference. */
  readonly ciphers: readonly string[];
}

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const fips13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'];
const ecdhe = (...suites: readonly string[]): string[] =>
  suites.flatMap((suite) => [`ECDHE-ECDSA-${suite}`, `ECDHE-RSA-${suite}`]);
const gcm = ecdhe('AES128-GCM-SHA256', 'AES256-GCM-SHA384');
const sha2 = ecdhe('AES128-SHA256', 'AES256-SHA384');
const sha1 = ecdhe('AES128-SHA', 'AES256-SHA');
const rsaSha2 = ['AES128-GCM-SHA256', 'AES128-SHA256', 'AES256-GCM-SHA384', 'AES256-SHA256'];
const rsaSha1 = ['AES128-SHA', 'AES256-SHA'];

const res = [...gcm];
const standard = [...gcm, ...sha2];
const ext1 = [...standard, ...rsaSha2];
const ext2 = [...standard, ...sha1, ...rsaSha2, ...rsaSha1];
const forward = [...standard, ...sha1];

const v12: readonly TlsVersion[] = ['TLSv1.2'];
const v11: readonly TlsVersion[] = ['TLSv1.1', 'TLSv1.2'];
const v10: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];
const with13 = (versions: readonly TlsVersion[]): readonly TlsVersion[] => [...versions, 'TLSv1.3'];

const policy = (name: string, versions: readonly TlsVersion[], ciphers: readonly string[]): SslPolicy => ({
  name: `ELBSecurityPolicy-${name}`,
  versions,
  ciphers,
});

/** Suites of a TLS 1.3 policy of 2021 and of its post-quantum variant, whose key exchanges are not imitated. */
const modern = (name: string, versions: readonly TlsVersion[], ciphers: readonly string[]): SslPolicy[] =>
  ['2021-06', 'PQ-2025-09'].map((year) => policy(`TLS13-${name}-${year}`, versions, [...tls13, ...ciphers]));

const fips = (name: string, versions: readonly TlsVersion[], ciphers: readonly string[]): SslPolicy[] =>
  ['FIPS-2023-04', 'FIPS-PQ-2025-09'].map((year) => policy(`TLS13-${name}-${year}`, versions, [...fips13, ...ciphers]));

/** ALB/describe-ssl-policies. */
const policies: readonly SslPolicy[] = [
  policy('2016-08', v10, ext2),
  ...modern('1-2', with13(v12), standard),
  ...modern('1-2-Res', with13(v12), res),
  ...modern('1-2-Ext1', with13(v12), ext1),
  ...modern('1-2-Ext2', with13(v12), ext2),
  ...modern('1-3', ['TLSv1.3'], []),
  policy('TLS13-1-1-2021-06', with13(v11), [...tls13, ...ext2]),
  ...modern('1-0', with13(v10), ext2),
  ...fips('1-3', ['TLSv1.3'], []),
  ...fips('1-2-Res', with13(v12), res),
  ...fips('1-2', with13(v12), standard),
  ...fips('1-2-Ext0', with13(v12), forward),
  ...fips('1-2-Ext1', with13(v12), ext1),
  ...fips('1-2-Ext2', with13(v12), ext2),
  policy('TLS13-1-1-FIPS-2023-04', with13(v11), [...fips13, ...ext2]),
  ...fips('1-0', with13(v10), ext2),
  policy('TLS-1-0-2015-04', v10, [...ext2, 'DES-CBC3-SHA']),
  policy('TLS-1-1-2017-01', v11, ext2),
  policy('TLS-1-2-2017-01', v12, ext1),
  policy('TLS-1-2-Ext-2018-06', v12, ext2),
  policy('FS-2018-06', v10, forward),
  policy('FS-1-1-2019-08', v11, forward),
  policy('FS-1-2-2019-08', v12, forward),
  policy('FS-1-2-Res-2019-08', v12, standard),
  policy('FS-1-2-Res-2020-10', v12, res),
];

/** What the API takes where none is named. ELB-API/API_CreateListener. */
export const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

/** What a listener serves: a stored policy that is not known any more is served as the default one. */
export const servedSslPolicy = (name: string | null): SslPolicy | undefined =>
  policies.find((candidate) => candidate.name === name) ??
  policies.find((candidate) => candidate.name === defaultSslPolicy);

/** @throws SSLPolicyNotFound */
export const sslPolicyOf = (name: string): SslPolicy =>
  policies.find((candidate) => candidate.name === name) ??
  refuse('SSLPolicyNotFound', `SSL policy '${name}' not found`);

export const describeSslPolicies: Operation<'DescribeSSLPolicies'> = (_state, input) => {
  const chosen = input.Names?.map(sslPolicyOf) ?? policies;
  const { items, NextMarker } = page(chosen, ({ name }) => name, input);
  return {
    SslPolicies: items.map(({ name, versions, ciphers }) => ({
      Name: name,
      SslProtocols: [...versions],
      Ciphers: ciphers.map((Name, index) => ({ Name, Priority: index + 1 })),
      SupportedLoadBalancerTypes: ['application', 'network'],
    })),
    NextMarker,
  };
};
