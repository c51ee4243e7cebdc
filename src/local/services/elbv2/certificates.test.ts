import { describe, expect, test } from 'vitest';
import { AwsError } from '../../aws-error.ts';
import { addListenerCertificates, describeListenerCertificates, removeListenerCertificates } from './certificates.ts';
import { anApp, created, elbFixture, run } from './elbv2-fixture.ts';
import { createListener, describeListeners, modifyListener } from './listeners.ts';
import { describeSslPolicies } from './ssl-policies.ts';

const acm = (id: string, region = 'eu-central-1') => ({
  CertificateArn: `arn:aws:acm:${region}:000000000000:certificate/${id}`,
});

function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function anHttpsListener(certificate = acm('first')) {
  const { state } = elbFixture();
  const app = anApp(state);
  const create = (changes: Partial<Parameters<typeof createListener>[1]> = {}) =>
    run(state, createListener, {
      LoadBalancerArn: app.loadBalancer,
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [certificate],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: app.blue }],
      ...changes,
    });
  const ListenerArn = created(create().Listeners?.[0]?.ListenerArn);
  const listed = () =>
    run(state, describeListenerCertificates, { ListenerArn }).Certificates?.map(
      ({ CertificateArn, IsDefault }) => `${CertificateArn?.split('/')[1]}${IsDefault ? ' (default)' : ''}`,
    );
  return { state, app, create, ListenerArn, listed };
}

describe('certificates of an HTTPS listener', () => {
  test('are added for SNI and removed again, but not the default one (API_AddListenerCertificates)', () => {
    const { state, ListenerArn, listed } = anHttpsListener();
    const add = (...Certificates: { CertificateArn: string }[]) =>
      run(state, addListenerCertificates, { ListenerArn, Certificates });
    const remove = (...Certificates: { CertificateArn: string }[]) =>
      run(state, removeListenerCertificates, { ListenerArn, Certificates });
    expect(add(acm('a'), acm('b')).Certificates).toEqual([
      { ...acm('a'), IsDefault: false },
      { ...acm('b'), IsDefault: false },
    ]);
    add(acm('a'));
    expect(listed()).toEqual(['first (default)', 'a', 'b']);
    expect(run(state, describeListeners, { ListenerArns: [ListenerArn] }).Listeners?.[0]?.Certificates).toEqual([
      acm('first'),
    ]);
    expect(errorOf(() => remove(acm('first')))).toMatch(/^OperationNotPermitted: /);
    remove(acm('a'), acm('unknown'));
    run(state, modifyListener, { ListenerArn, Certificates: [acm('b')] });
    expect(listed()).toEqual(['b (default)']);
  });

  test('are 25 beside the default one (ALB/load-balancer-limits)', () => {
    const { state, ListenerArn } = anHttpsListener();
    const add = (id: string) => run(state, addListenerCertificates, { ListenerArn, Certificates: [acm(id)] });
    for (let id = 0; id < 25; id++) add(String(id));
    expect(errorOf(() => add('one-more'))).toMatch(/^TooManyCertificates: /);
  });

  test('are named by an ARN of this region’s ACM, one by one, and for HTTPS alone', () => {
    const { create, app, state } = anHttpsListener();
    const at = { Port: 444 };
    const elsewhere = acm('a', 'us-east-1');
    expect(errorOf(() => create({ ...at, Certificates: [elsewhere] }))).toBe(
      `ValidationError: Certificate ARN '${elsewhere.CertificateArn}' is not valid`,
    );
    expect(errorOf(() => create({ ...at, Certificates: [] }))).toBe(
      'ValidationError: A certificate must be specified for HTTPS listeners',
    );
    expect(errorOf(() => create({ ...at, Certificates: [acm('a'), acm('b')] }))).toMatch(/^ValidationError/);
    expect(
      errorOf(() => run(state, addListenerCertificates, { ListenerArn: app.listener, Certificates: [acm('a')] })),
    ).toMatch(/^ValidationError/);
  });

  test('are named by no trust store, since there is none', () => {
    const { create } = anHttpsListener();
    const verify = {
      Mode: 'verify',
      TrustStoreArn: 'arn:aws:elasticloadbalancing:eu-central-1:000000000000:truststore/a/1',
    };
    expect(errorOf(() => create({ Port: 444, MutualAuthentication: verify }))).toMatch(/^TrustStoreNotFound: /);
    expect(errorOf(() => create({ Port: 444, MutualAuthentication: { Mode: 'passthrough' } }))).toBe('accepted');
  });
});

describe('TLS policies (ALB/describe-ssl-policies)', () => {
  test('are described with versions and suites in order of preference', () => {
    const { state } = elbFixture();
    const describe = (Names?: string[]) => run(state, describeSslPolicies, { Names }).SslPolicies ?? [];
    const [restricted] = describe(['ELBSecurityPolicy-TLS13-1-2-Res-2021-06']);
    expect(restricted?.SslProtocols).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(restricted?.Ciphers?.map(({ Name }) => Name)).toEqual([
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
    ]);
    expect(describe(['ELBSecurityPolicy-2016-08'])[0]?.SslProtocols).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
    expect(errorOf(() => describe(['ELBSecurityPolicy-2099']))).toMatch(/^SSLPolicyNotFound: /);
    const names = describe().map(({ Name }) => Name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('are those that a listener may name; 2016-08 where it names none', () => {
    const { state, create, ListenerArn } = anHttpsListener();
    const policyOf = () => run(state, describeListeners, { ListenerArns: [ListenerArn] }).Listeners?.[0]?.SslPolicy;
    expect(policyOf()).toBe('ELBSecurityPolicy-2016-08');
    expect(errorOf(() => create({ Port: 444, SslPolicy: 'mine' }))).toMatch(/^SSLPolicyNotFound: /);
    run(state, modifyListener, { ListenerArn, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' });
    expect(policyOf()).toBe('ELBSecurityPolicy-TLS13-1-2-2021-06');
  });
});
