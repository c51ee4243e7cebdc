import type { RuleTransform } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalid, oneOf, required } from './check.ts';
import { type StoredTransform, stored } from './records.ts';

/** What a rule makes of a request's host and of its path and query before a target sees them. */
export interface Rewrite {
  readonly host: (host: string) => string;
  readonly url: (pathAndQuery: string) => string;
}

const kinds = ['host-header-rewrite', 'url-rewrite'] as const;

/**
 * The transforms as they are stored and shown: one of each kind at most, with one rewrite. ELB-API/API_RuleTransform.
 * @throws ValidationError
 */
export function checkedTransforms(given: readonly RuleTransform[] | undefined): StoredTransform[] {
  const transforms = (given ?? []).map((transform, index) => {
    const type = oneOf(required(transform.Type, 'type'), `transforms.${index + 1}.member.type`, kinds);
    const [config, member] =
      type === 'url-rewrite'
        ? [transform.UrlRewriteConfig, 'urlRewriteConfig']
        : [transform.HostHeaderRewriteConfig, 'hostHeaderRewriteConfig'];
    const rewrites = required(config, member).Rewrites ?? [];
    const [rewrite] = rewrites;
    if (!rewrite || rewrites.length > 1) return invalid(`A '${type}' transform must have exactly one rewrite`);
    compile(required(rewrite.Regex, 'regex'));
    required(rewrite.Replace, 'replace');
    return stored(transform);
  });
  for (const kind of kinds) {
    if (transforms.filter((transform) => transform.Type === kind).length > 1) {
      return invalid(`A rule can only have one '${kind}' transform`);
    }
  }
  return transforms;
}

/** Undefined where nothing is rewritten. */
export function compileTransforms(transforms: readonly StoredTransform[]): Rewrite | undefined {
  if (transforms.length === 0) return undefined;
  const rewriteOf = (kind: StoredTransform['Type']): ((text: string) => string) => {
    const transform = transforms.find((candidate) => candidate.Type === kind);
    const [rewrite] = (transform?.UrlRewriteConfig ?? transform?.HostHeaderRewriteConfig)?.Rewrites ?? [];
    if (!rewrite) return (text) => text;
    const regex = compile(rewrite.Regex ?? '');
    return (text) => text.replace(regex, rewrite.Replace ?? '');
  };
  const url = rewriteOf('url-rewrite');
  return {
    host: rewriteOf('host-header-rewrite'),
    url: (text) => {
      const made = url(text);
      return made.startsWith('/') ? made : `/${made}`;
    },
  };
}

function compile(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    return invalid(`'${source}' is not a valid regular expression`);
  }
}
