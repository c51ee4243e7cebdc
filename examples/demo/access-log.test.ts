import { describe, expect, test } from 'vitest';
import { parseAccessLog } from './access-log.ts';

const line = (over: { request?: string; target?: string; group?: string; status?: string }) =>
  [
    'http 2026-11-21T04:02:01.223000Z app/main/50dc6c495c0c9188 127.0.0.1:2817',
    over.target ?? '10.0.0.1:8080',
    '0.000 0.001 0.000',
    over.status ?? '200 200',
    '34 366',
    `"${over.request ?? 'GET http://127.0.0.1:8081/items/1?rid=a-17 HTTP/1.1'}"`,
    '"items-demo-load/1" - -',
    over.group ?? 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/local-items-green/73e2d6bc24d8a067',
    '"Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 20 2026-11-21T04:02:01.222000Z "forward" "-" "-"',
    `"${over.target ?? '10.0.0.1:8080'}" "200" "-" "-" TID_1234abcd5678ef90`,
  ].join(' ');

describe('the access log', () => {
  test('names request, target group, status and the time of arrival', () => {
    expect(parseAccessLog(`${line({})}\n`)).toEqual([
      {
        receivedAt: Date.parse('2026-11-21T04:02:01.222Z'),
        rid: 'a-17',
        status: 200,
        targetStatus: 200,
        targetGroup:
          'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/local-items-green/73e2d6bc24d8a067',
        userAgent: 'items-demo-load/1',
      },
    ]);
  });

  test('a request that no target answered has neither target status nor, where none was chosen, a group', () => {
    const [entry] = parseAccessLog(`${line({ target: '-', group: '-', status: '503 -' })}\n`);
    expect(entry).toMatchObject({ status: 503, targetStatus: undefined, targetGroup: undefined });
  });

  test('escaped quotes in a request do not shift the fields', () => {
    const [entry] = parseAccessLog(`${line({ request: 'GET http://x:80/a\\"b?q=1&rid=z-1 HTTP/1.1' })}\n`);
    expect(entry).toMatchObject({ rid: 'z-1', userAgent: 'items-demo-load/1' });
  });

  test('requests of others have no request id', () => {
    expect(parseAccessLog(`${line({ request: 'GET http://x:80/version HTTP/1.1' })}\n`)[0]?.rid).toBeUndefined();
  });

  test('a last line without its end is not read yet', () => {
    expect(parseAccessLog(`${line({})}\n${line({}).slice(0, 40)}`)).toHaveLength(1);
  });

  test('a line that is none is an error, not a gap in the count', () => {
    expect(() => parseAccessLog('something else\n')).toThrow('not a line of an access log');
  });
});
