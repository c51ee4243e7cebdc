import { isIP } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalid, required } from './check.ts';
import { type StoredCondition, stored } from './records.ts';

const fields = ['host-header', 'path-pattern', 'http-header', 'http-request-method', 'query-string', 'source-ip'];
const oncePerRule = ['host-header', 'path-pattern', 'http-request-method', 'source-ip'];

/**
 * The conditions as they are stored and shown: host-header and path-pattern in both spellings.
 * ELB-API/API_RuleCondition; limits of ALB/rule-condition-types.
 * @throws ValidationError
 */
export function checkedConditions(given: readonly RuleCondition[] | undefined): StoredCondition[] {
  const conditions = required(given, 'conditions').map(checkedCondition);
  if (conditions.length === 0) return invalid('A condition must be specified');
  for (const field of oncePerRule) {
    if (conditions.filter((condition) => condition.Field === field).length > 1) {
      return invalid(`A rule can only have one '${field}' condition`);
    }
  }
  const values = conditions.flatMap(valuesOf);
  if (values.length > 5) return invalid(`A rule can only have '5' condition values`);
  const wildcards = values.reduce((sum, value) => sum + (value.match(/[*?]/g)?.length ?? 0), 0);
  if (wildcards > 6) return invalid(`A rule can only have '6' condition wildcards`);
  return conditions;
}

/** The wildcard patterns and literals that a condition compares with. */
function valuesOf(condition: StoredCondition): string[] {
  return (
    condition.HostHeaderConfig?.Values ??
    condition.PathPatternConfig?.Values ??
    condition.HttpHeaderConfig?.Values ??
    condition.HttpRequestMethodConfig?.Values ??
    condition.SourceIpConfig?.Values ??
    condition.QueryStringConfig?.Values?.map((pair) => `${pair.Key ?? ''}=${pair.Value ?? ''}`) ??
    []
  );
}

function checkedCondition(condition: RuleCondition): StoredCondition {
  const field = required(condition.Field, 'field');
  const values = condition.Values;
  switch (field) {
    case 'host-header': {
      const config = eitherSpelling(field, values, condition.HostHeaderConfig, 'hostHeaderConfig');
      checkLengths(field, config.Values, config.RegexValues, 128);
      checkCharacters(config.Values, isHostPattern);
      return stored({ Field: field, ...(config.Values ? { Values: config.Values } : {}), HostHeaderConfig: config });
    }
    case 'path-pattern': {
      const config = eitherSpelling(field, values, condition.PathPatternConfig, 'pathPatternConfig');
      checkLengths(field, config.Values, config.RegexValues, 128);
      checkCharacters(config.Values, isPathPattern);
      return stored({ Field: field, ...(config.Values ? { Values: config.Values } : {}), PathPatternConfig: config });
    }
    case 'http-header': {
      const config = required(condition.HttpHeaderConfig, 'httpHeaderConfig');
      const name = required(config.HttpHeaderName, 'httpHeaderName');
      if (!/^[\w!#$%&'*+.^`|~-]{1,40}$/.test(name)) return invalid(`The HTTP header name '${name}' is not valid`);
      if (name.toLowerCase() === 'host') return invalid(`Use a 'host-header' condition for the HTTP header 'Host'`);
      checkLengths(field, config.Values, config.RegexValues, 128);
      return stored({ Field: field, HttpHeaderConfig: config });
    }
    case 'http-request-method': {
      const config = required(condition.HttpRequestMethodConfig, 'httpRequestMethodConfig');
      checkLengths(field, config.Values, undefined, 40);
      const bad = config.Values?.find((value) => !/^[A-Z_-]+$/.test(value));
      if (bad !== undefined) return invalid(`The HTTP request method '${bad}' is not valid`);
      return stored({ Field: field, HttpRequestMethodConfig: config });
    }
    case 'query-string': {
      const config = required(condition.QueryStringConfig, 'queryStringConfig');
      const pairs = config.Values ?? [];
      checkLengths(
        field,
        pairs.map((pair) => required(pair.Value, 'value')),
        undefined,
        128,
      );
      if (pairs.some((pair) => (pair.Key?.length ?? 0) > 128))
        return invalid('A query string key cannot be longer than 128 characters');
      return stored({ Field: field, QueryStringConfig: config });
    }
    case 'source-ip': {
      const config = required(condition.SourceIpConfig, 'sourceIpConfig');
      checkLengths(field, config.Values, undefined, 64);
      const bad = config.Values?.find((value) => !isCidr(value));
      if (bad !== undefined) return invalid(`'${bad}' is not a valid CIDR block`);
      return stored({ Field: field, SourceIpConfig: config });
    }
    default:
      return invalid(`Condition field '${field}' must be one of '[${fields.join(', ')}]'`);
  }
}

interface Patterns {
  readonly Values?: string[] | undefined;
  readonly RegexValues?: string[] | undefined;
}

/** Both spellings may come together where they say the same, as a described rule has them. */
function eitherSpelling(
  field: string,
  values: string[] | undefined,
  config: Patterns | undefined,
  member: string,
): Patterns {
  if (!values) return required(config, member);
  if (config && JSON.stringify(config.Values) !== JSON.stringify(values)) {
    return invalid(`A '${field}' condition can have either 'values' or '${member}', not both`);
  }
  return { ...config, Values: values };
}

/** With a dot, and only letters after the last one. ALB/rule-condition-types, "Host conditions". */
const isHostPattern = (value: string): boolean => /^[A-Za-z0-9.*?-]*\.[A-Za-z*?]+$/.test(value);

/** ALB/rule-condition-types, "Path conditions". */
const isPathPattern = (value: string): boolean => /^[A-Za-z0-9_\-.$/~"'@:+&*?]*$/.test(value);

function checkCharacters(values: readonly string[] | undefined, allowed: (value: string) => boolean): void {
  const bad = values?.find((value) => !allowed(value));
  if (bad !== undefined) invalid(`Condition value '${bad}' contains a character that is not valid`);
}

function checkLengths(
  field: string,
  values: readonly string[] | undefined,
  regexes: readonly string[] | undefined,
  most: number,
): void {
  const all = [...(values ?? []), ...(regexes ?? [])];
  if (all.length === 0) invalid('A condition value must be specified');
  if (all.length > 3) invalid(`A '${field}' condition can only have '3' values`);
  const long = all.find((value) => value.length > most || value === '');
  if (long !== undefined) invalid(`Condition value '${long}' must have between 1 and ${most} characters`);
  for (const regex of regexes ?? []) {
    try {
      new RegExp(regex);
    } catch {
      invalid(`'${regex}' is not a valid regular expression`);
    }
  }
}

function isCidr(value: string): boolean {
  const [address = '', bits = ''] = value.split('/');
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}
