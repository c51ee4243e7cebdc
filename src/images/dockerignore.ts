import { cleanRelative, pathPattern } from './path-pattern.ts';

export interface IgnoreRule {
  readonly expression: RegExp;
  readonly includes: boolean;
  /** The line in the file, from 1, and its text: for messages. */
  readonly line: number;
  readonly text: string;
}

export interface Ignore {
  /** The rule that leaves this path out, or undefined. The path is relative to the context, with slashes. */
  ruleFor(path: string): IgnoreRule | undefined;
  /** Some rule takes files back (`!…`), so that an ignored folder must still be looked into. */
  readonly hasExceptions: boolean;
}

/** Reads a .dockerignore: the last rule that matches a path or a folder above it decides. */
export function parseDockerignore(text: string): Ignore {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => parseRule(line, index + 1));
  return {
    hasExceptions: rules.some((rule) => rule.includes),
    ruleFor(path) {
      const paths = withParents(path);
      let decided: IgnoreRule | undefined;
      for (const rule of rules) {
        if (rule.includes === (decided === undefined)) continue;
        if (paths.some((candidate) => rule.expression.test(candidate))) decided = rule.includes ? undefined : rule;
      }
      return decided;
    },
  };
}

function parseRule(line: string, number: number): readonly IgnoreRule[] {
  if (line.startsWith('#')) return [];
  const text = line.trim();
  const includes = text.startsWith('!');
  const pattern = cleanRelative((includes ? text.slice(1) : text).trim());
  if (!text || !pattern) return [];
  return [{ expression: pathPattern(pattern), includes, line: number, text }];
}

function withParents(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Leaves nothing out. */
export const ignoreNothing: Ignore = { ruleFor: () => undefined, hasExceptions: false };
