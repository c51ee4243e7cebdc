import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpProber } from '../../src/aws/index.ts';
import { createRandom, ms, systemClock } from '../../src/base/index.ts';
import type { Prober } from '../../src/deployment/index.ts';
import { startBalancer } from '../../src/local/balancer/index.ts';
import { openAuthority } from '../../src/local/balancer/tls/authority.ts';
import { addListenerCertificates } from '../../src/local/services/elbv2/certificates.ts';
import { run } from '../../src/local/services/elbv2/elbv2-fixture.ts';
import { modifyListener } from '../../src/local/services/elbv2/listeners.ts';
import { createRule } from '../../src/local/services/elbv2/rules.ts';
import { createTargetGroup } from '../../src/local/services/elbv2/target-groups.ts';
import { certificate, openSite, type Site, until } from './balancer-fixture.ts';

const authorityOf = (site: Site): string => readFileSync(site.balancer.certificateAuthority() ?? '', 'utf8');

function ask(
  site: Site,
  port: number,
  options: RequestOptions = {},
): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: 'localhost', port, ca: authorityOf(site), agent: false, ...options }, (answer) => {
      let body = '';
      answer.on('data', (part) => (body += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** What a handshake ends with: the socket, or the error's code. */
function shake(site: Site, port: number, options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authorityOf(site), ...options }, () => resolve(socket));
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

const subjectOf = (socket: TLSSocket | string): string => {
  if (typeof socket === 'string') return socket;
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname ?? '';
};

describe('an HTTPS listener (ALB/create-https-listener)', () => {
  test('answers the probes of a deployment that trusts the authority, and no others', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (_, response) => response.end('blue'));
    const { port } = await site.https(site.app.blue);
    await ask(site, port);
    const send = (prober: Prober) =>
      prober.send(
        { origin: `https://127.0.0.1:${port}`, host: 'localhost', path: '/', headers: {}, timeoutMs: ms(5_000) },
        new AbortController().signal,
      );
    expect(await send(httpProber(systemClock, async () => authorityOf(site)))).toMatchObject({
      kind: 'answered',
      body: 'blue',
    });
    expect(await send(httpProber(systemClock))).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/CERT|SIGN/),
    });
  });

  test('is served to clients that trust the authority, and tells targets of it', async () => {
    await using site = await openSite();
    expect(site.balancer.certificateAuthority()).toBeUndefined();
    await site.target(site.app.blue, (incoming, response) => response.end(JSON.stringify(incoming.headers)));
    const { port } = await site.https(site.app.blue);
    const { status, body } = await ask(site, port);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': String(port) });
    const [line = ''] = await site.log(1);
    expect(line).toMatch(/^https /);
    expect(line).toMatch(/"GET https:\/\/localhost:\d+\/ HTTP\/1\.1" "-" ECDHE-ECDSA-AES128-GCM-SHA256 TLSv1\.2 /);
    expect(line).toContain(`"localhost" "${certificate('1')}"`);
    expect(await shake(site, port, { ca: [] })).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET/);
  });

  test('has a certificate for this machine, the load balancer and the hosts of its rules, as they come', async () => {
    await using site = await openSite();
    const { arn, port } = await site.https(site.app.blue);
    const before = subjectOf(await shake(site, port));
    expect(before).toMatch(
      /^DNS:localhost, DNS:\*\.localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1, DNS:main-\d+\.eu-central-1\.elb\.amazonaws\.com$/,
    );
    run(site.state, createRule, {
      ListenerArn: arn,
      Priority: 1,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['Shop.example', '*.api.example', 'x?.example'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: site.app.blue }],
    });
    const now = async () => subjectOf(await shake(site, port, { servername: 'v1.api.example' }));
    await until(async () => (await now()).includes('shop.example'));
    expect(await now()).toBe(`${before}, DNS:shop.example, DNS:*.api.example`);
  });

  test('speaks the versions of its policy and no other, also after the policy has changed (ALB/describe-ssl-policies)', async () => {
    await using site = await openSite();
    const { arn, port } = await site.https(site.app.blue, { SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
    const version = async (at: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => {
      const socket = await shake(site, port, { minVersion: at, maxVersion: at, ciphers: 'ALL:@SECLEVEL=0' });
      if (typeof socket === 'string') return 'refused';
      const spoken = socket.getProtocol();
      socket.destroy();
      return spoken;
    };
    expect([await version('TLSv1.2'), await version('TLSv1.3')]).toEqual(['refused', 'TLSv1.3']);
    run(site.state, modifyListener, { ListenerArn: arn, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' });
    await until(async () => (await version('TLSv1.2')) === 'TLSv1.2');
    expect([await version('TLSv1.1'), await version('TLSv1.3')]).toEqual(['refused', 'TLSv1.3']);
    const cbc = await shake(site, port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' });
    expect(cbc).toMatch(/^ERR_SSL/);
    run(site.state, modifyListener, { ListenerArn: arn, SslPolicy: 'ELBSecurityPolicy-2016-08' });
    await until(async () => (await version('TLSv1.3')) === 'refused');
    expect([await version('TLSv1.1'), await version('TLSv1.2')]).toEqual(['TLSv1.1', 'TLSv1.2']);
  });

  test('offers HTTP/1.1 to a client that would have HTTP/2', async () => {
    await using site = await openSite();
    const { port } = await site.https(site.app.blue);
    const socket = await shake(site, port, { ALPNProtocols: ['h2', 'http/1.1'] });
    if (typeof socket === 'string') throw new Error(socket);
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  test('picks among certificates by the name that a client asks for (ALB/https-listener-certificates)', async () => {
    await using site = await openSite();
    const folder = join(site.dataDir, 'tls');
    const { arn, port } = await site.https(site.app.blue);
    const issue = (id: string, names: string[]) => {
      const { cert, key } = openAuthority(folder, systemClock, createRandom(id)).issue(names);
      writeFileSync(join(folder, `${id}.pem`), cert + key);
    };
    issue('exact', ['a.shop.test']);
    issue('wild', ['*.shop.test']);
    run(site.state, addListenerCertificates, {
      ListenerArn: arn,
      Certificates: [{ CertificateArn: certificate('wild') }, { CertificateArn: certificate('exact') }],
    });
    const named = async (servername: string) =>
      subjectOf(await shake(site, port, { servername, rejectUnauthorized: false }));
    await until(async () => (await named('a.shop.test')) === 'DNS:a.shop.test');
    expect(await named('b.shop.test')).toBe('DNS:*.shop.test');
    expect(await named('c.b.shop.test')).toContain('DNS:localhost');
    expect(await named('other.test')).toContain('DNS:localhost');
  });

  test('counts those who do not speak TLS', async () => {
    await using site = await openSite();
    let failed = 0;
    const ignore = () => {};
    site.state.plane.traffic.add({
      requestFinished: ignore,
      connectionOpened: ignore,
      connectionClosed: ignore,
      tlsFailed: (loadBalancer) => {
        if (loadBalancer === site.app.loadBalancer) failed++;
      },
    });
    const { port } = await site.https(site.app.blue, { SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
    expect(await shake(site, port, { maxVersion: 'TLSv1.2' })).toMatch(/^ERR_SSL/);
    await until(() => failed === 1);
  });
});

test('the authority is made once, for this user alone, and trusted over a restart', async () => {
  await using site = await openSite();
  await site.https(site.app.blue);
  const file = site.balancer.certificateAuthority() ?? '';
  const before = readFileSync(file, 'utf8');
  expect(statSync(join(site.dataDir, 'tls', 'ca-key.pem')).mode & 0o777).toBe(0o600);
  await site.balancer.close();
  const again = startBalancer({ clock: systemClock, random: createRandom('again'), dataDir: site.dataDir });
  again.follow([site.world]);
  const listeners = await again.listeners();
  expect(listeners.filter(({ url }) => url?.startsWith('https://127.0.0.1:'))).toHaveLength(1);
  expect(again.certificateAuthority()).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe(before);
  await again.close();
});

test('HTTP is redirected to HTTPS, to where that really listens (ALB/rule-action-types)', async () => {
  await using site = await openSite();
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port: taken } = other.address() as AddressInfo;
  const { port } = await site.https(site.app.blue, { Port: taken });
  expect(port).not.toBe(taken);
  run(site.state, modifyListener, {
    ListenerArn: site.app.listener,
    DefaultActions: [
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: String(taken), StatusCode: 'HTTP_301' } },
    ],
  });
  const answer = await fetch(`http://127.0.0.1:${site.port}/a?b=c`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([301, `https://127.0.0.1:${port}/a?b=c`]);
});

test('a target group of HTTPS is reached over TLS, whoever its targets’ certificates are from', async () => {
  await using site = await openSite();
  const { TargetGroups } = run(site.state, createTargetGroup, {
    Name: 'secure',
    Protocol: 'HTTPS',
    Port: 443,
    VpcId: 'vpc-1',
    TargetType: 'ip',
  });
  const group = TargetGroups?.[0]?.TargetGroupArn ?? '';
  run(site.state, modifyListener, {
    ListenerArn: site.app.listener,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
  });
  await site.tlsTarget(group, (incoming, response) => response.end(`${incoming.headers['x-forwarded-proto']}`));
  for (const _each of [1, 2]) expect(await (await fetch(site.url)).text()).toBe('http');
});
