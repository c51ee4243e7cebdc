import { BlockList, isIP } from 'node:net';
import type { StoredCondition } from './records.ts';

/** What a rule may look at. Header names are in lower case, as `node:http` gives them. */
export interface RouteRequest {
  readonly method: string;
  /** The Host header, with or without a port. */
  readonly host: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Without the question mark; '' when there is none. */
  readonly query: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** The TCP peer. */
  readonly sourceIp: string;
  /** The port that the client reached the listener at. */
  readonly port: number;
  /** Where the load balancer's listeners really listen, by their configured ports: for redirects to one of them. */
  readonly realPorts?: ReadonlyMap<number, number>;
}

export type Matcher = (request: RouteRequest) => boolean;

/** All conditions must hold; of a condition, one value. ALB/rule-condition-types. */
export function compileConditions(conditions: readonly StoredCondition[]): Matcher {
  const matchers = conditions.map(compileCondition);
  return (request) => matchers.every((matches) => matches(request));
}

function compileCondition(condition: StoredCondition): Matcher {
  switch (condition.Field) {
    case 'host-header': {
      const matches = texts(condition.HostHeaderConfig, 'any-case');
      return (request) => matches(withoutPort(request.host));
    }
    case 'path-pattern': {
      const matches = texts(condition.PathPatternConfig, 'case');
      return (request) => matches(request.path);
    }
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? '';
      const matches = texts(condition.HttpHeaderConfig, 'any-case');
      return ({ headers }) => {
        const value = headers[name];
        if (value === undefined) return false;
        return typeof value === 'string' ? matches(value) : value.some(matches);
      };
    }
    case 'http-request-method': {
      const methods = new Set(condition.HttpRequestMethodConfig?.Values);
      return (request) => methods.has(request.method);
    }
    case 'query-string':
      return queryMatcher(condition.QueryStringConfig?.Values ?? []);
    case 'source-ip':
      return sourceMatcher(condition.SourceIpConfig?.Values ?? []);
    default:
      return () => false;
  }
}

function texts(
  config: { readonly Values?: string[]; readonly RegexValues?: string[] } | undefined,
  mode: 'case' | 'any-case',
): (text: string) => boolean {
  const patterns = [
    ...(config?.Values ?? []).map((value) => wildcard(value, mode)),
    ...(config?.RegexValues ?? []).map((regex) => regexMatcher(regex, mode)),
  ];
  return (text) => patterns.some((matches) => matches(text));
}

/** `*` is any text, `?` one character; all else is itself. */
function wildcard(pattern: string, mode: 'case' | 'any-case'): (text: string) => boolean {
  const fold = (text: string): string => (mode === 'case' ? text : text.toLowerCase());
  const wanted = fold(pattern);
  if (!/[*?]/.test(wanted)) return (text) => fold(text) === wanted;
  if (/^[^*?]*\*$/.test(wanted)) {
    const start = wanted.slice(0, -1);
    return (text) => fold(text).startsWith(start);
  }
  const source = wanted
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`, 's');
  return (text) => regex.test(fold(text));
}

function regexMatcher(source: string, mode: 'case' | 'any-case'): (text: string) => boolean {
  const regex = new RegExp(source, mode === 'case' ? '' : 'i');
  return (text) => regex.test(text);
}

function queryMatcher(pairs: readonly { readonly Key?: string; readonly Value?: string }[]): Matcher {
  const compiled = pairs.map(({ Key, Value }) => ({
    key: Key === undefined ? undefined : wildcard(Key, 'any-case'),
    value: wildcard(Value ?? '', 'any-case'),
  }));
  return (request) => {
    if (request.query === '') return false;
    const given = request.query.split('&').map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? { key: part, value: '' } : { key: part.slice(0, equals), value: part.slice(equals + 1) };
    });
    return compiled.some((wanted) =>
      given.some((pair) => (wanted.key === undefined || wanted.key(pair.key)) && wanted.value(pair.value)),
    );
  };
}

function sourceMatcher(blocks: readonly string[]): Matcher {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits = ''] = block.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return ({ sourceIp }) => isIP(sourceIp) !== 0 && list.check(sourceIp, isIP(sourceIp) === 6 ? 'ipv6' : 'ipv4');
}

function withoutPort(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  return end > 0 ? host.slice(0, end) : host;
}
