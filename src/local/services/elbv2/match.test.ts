import { describe, expect, test } from 'vitest';
import { aRequest } from './elbv2-fixture.ts';
import { compileConditions, type RouteRequest } from './match.ts';
import type { StoredCondition } from './records.ts';

const host = (...values: string[]): StoredCondition => ({ Field: 'host-header', HostHeaderConfig: { Values: values } });
const path = (...values: string[]): StoredCondition => ({
  Field: 'path-pattern',
  PathPatternConfig: { Values: values },
});
const header = (name: string, ...values: string[]): StoredCondition => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: name, Values: values },
});
const query = (...pairs: { Key?: string; Value: string }[]): StoredCondition => ({
  Field: 'query-string',
  QueryStringConfig: { Values: pairs },
});
const source = (...values: string[]): StoredCondition => ({ Field: 'source-ip', SourceIpConfig: { Values: values } });
const method = (...values: string[]): StoredCondition => ({
  Field: 'http-request-method',
  HttpRequestMethodConfig: { Values: values },
});

const table: readonly [string, StoredCondition[], Partial<RouteRequest>, boolean][] = [
  ['a host in any case', [host('Example.COM')], { host: 'EXAMPLE.com' }, true],
  ['a host without its port', [host('example.com')], { host: 'example.com:8080' }, true],
  ['a sub-domain by *', [host('*.example.com')], { host: 'a.b.example.com' }, true],
  ['not the domain itself by *.', [host('*.example.com')], { host: 'example.com' }, false],
  ['one character by ?', [host('a?.test')], { host: 'ab.test' }, true],
  ['a dot only as a dot', [host('a.test')], { host: 'axtest' }, false],
  ['a path below a prefix', [path('/api/*')], { path: '/api/items' }, true],
  ['not the prefix without its slash', [path('/api/*')], { path: '/api' }, false],
  ['a path in its case only', [path('/Api')], { path: '/api' }, false],
  ['a path without its query', [path('/x')], { path: '/x', query: 'y=1' }, true],
  ['* in the middle of a path', [path('/*/items')], { path: '/v1/shop/items' }, true],
  ['one of several values', [path('/a', '/b')], { path: '/b' }, true],
  [
    'a path by regular expression',
    [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/v[12]/'] } }],
    { path: '/v2/x' },
    true,
  ],
  [
    'a header in any case of name and value',
    [header('X-Teal-Test', 'TOKEN')],
    { headers: { 'x-teal-test': 'token' } },
    true,
  ],
  ['not a missing header, even by *', [header('X-Teal-Test', '*')], {}, false],
  ['one of repeated headers', [header('X-A', 'b')], { headers: { 'x-a': ['a', 'b'] } }, true],
  ['a method in upper case', [method('GET', 'PUT')], { method: 'PUT' }, true],
  ['not another method', [method('GET')], { method: 'PUT' }, false],
  ['a query pair in any case', [query({ Key: 'Version', Value: 'V2' })], { query: 'a=1&version=v2' }, true],
  ['a query value under any key', [query({ Value: 'x*' })], { query: 'q=xyz' }, true],
  ['not another query value', [query({ Key: 'v', Value: '2' })], { query: 'v=3' }, false],
  ['an address in a block', [source('10.0.0.0/8')], { sourceIp: '10.9.8.7' }, true],
  ['not an address outside', [source('10.0.0.0/8', '192.168.0.0/16')], { sourceIp: '11.0.0.1' }, false],
  ['an IPv6 address in a block', [source('2001:db8::/32')], { sourceIp: '2001:db8::1' }, true],
  ['all of several conditions', [host('a.test'), path('/x')], { host: 'a.test', path: '/x' }, true],
  ['not one of several conditions', [host('a.test'), path('/x')], { host: 'a.test', path: '/y' }, false],
];

describe('a rule matches', () => {
  test.each(table)('%s', (_name, conditions, request, expected) => {
    expect(compileConditions(conditions)(aRequest(request))).toBe(expected);
  });
});
