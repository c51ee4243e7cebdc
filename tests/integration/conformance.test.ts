import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { listCases, runCases, whyNot } from '../conformance/cases-run.ts';
import { has } from './local-runtime.ts';

const canRun = has('python3', '-c', 'import boto3') && has('aws', '--version');

describe.skipIf(!canRun)('the conformance suite (boto3, AWS CLI)', () => {
  test('can be run here', () => {
    expect(whyNot(process.env)).toBeUndefined();
  });

  test('fails every case against a stub that answers 501 to everything', async () => {
    const { cases } = listCases([], process.env);
    expect(cases.length).toBeGreaterThan(0);
    await using stub = await aStub(501, 'Not Implemented');
    const results = await runCases({
      endpoint: stub.endpoint,
      patienceSeconds: 1,
      processes: 2,
      threads: 4,
      environment: process.env,
    });
    expect(results.filter(({ ok }) => ok).map(({ case: name }) => name)).toEqual([]);
    expect(results.map(({ case: name }) => name).sort()).toEqual(cases.map(({ id }) => id).sort());
    expect(stub.asked()).toBeGreaterThanOrEqual(cases.length);
  });
});

async function aStub(status: number, body: string) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
