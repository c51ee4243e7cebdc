import { err, ok, type Result } from '../../../base/index.ts';
import { matchesWildcard } from './push.ts';
import type { ImageRecord } from './state.ts';

/** Source: ECR/lifecycle_policy_parameters */
export interface Rule {
  readonly priority: number;
  readonly selects: (image: ImageRecord) => boolean;
  /** Tags that say which of an image's tags are meant; empty for any. */
  readonly count:
    | { readonly kind: 'more-than'; readonly images: number }
    | { readonly kind: 'older-than'; readonly days: number };
}

/** The rules of a policy, by priority, or what is wrong with it. */
export function parsePolicy(text: string): Result<readonly Rule[], string> {
  const parsed = parse(text);
  const list = isRecord(parsed) ? parsed.rules : undefined;
  if (!Array.isArray(list) || list.length === 0) return err('a list "rules" with at least one rule is required');
  const rules: Rule[] = [];
  for (const each of list) {
    const rule = parseRule(each);
    if (typeof rule === 'string') return err(rule);
    if (rules.some(({ priority }) => priority === rule.priority))
      return err(`two rules have priority ${rule.priority}`);
    rules.push(rule);
  }
  return ok(rules.sort((a, b) => a.priority - b.priority));
}

function parseRule(value: unknown): Rule | string {
  if (!isRecord(value)) return 'a rule is no object';
  const { rulePriority: priority, selection, action } = value;
  if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 1)
    return '"rulePriority" must be at least 1';
  if (!isRecord(action) || action.type !== 'expire') return '"action" must be {"type": "expire"} in the local runtime';
  if (!isRecord(selection)) return '"selection" is required';
  const selects = parseSelection(selection);
  if (typeof selects === 'string') return selects;
  const { countType, countUnit, countNumber } = selection;
  if (typeof countNumber !== 'number' || !Number.isInteger(countNumber) || countNumber < 1)
    return '"countNumber" must be at least 1';
  if (countType === 'imageCountMoreThan') {
    if (countUnit !== undefined) return '"countUnit" goes with sinceImagePushed only';
    return { priority, selects, count: { kind: 'more-than', images: countNumber } };
  }
  if (countType !== 'sinceImagePushed') return '"countType" must be imageCountMoreThan or sinceImagePushed';
  if (countUnit !== 'days') return '"countUnit" must be days with sinceImagePushed';
  return { priority, selects, count: { kind: 'older-than', days: countNumber } };
}

/** An image must have a tag for each of the prefixes or patterns. */
function parseSelection(selection: Readonly<Record<string, unknown>>): Rule['selects'] | string {
  const { tagStatus, tagPrefixList, tagPatternList } = selection;
  const prefixes = texts(tagPrefixList);
  const patterns = texts(tagPatternList);
  switch (tagStatus) {
    case 'any':
    case 'untagged':
      if (prefixes || patterns) return '"tagPrefixList" and "tagPatternList" go with tagStatus tagged only';
      return ({ tags }) => tagStatus === 'any' || tags.length === 0;
    case 'tagged': {
      if ((prefixes === undefined) === (patterns === undefined)) {
        return 'tagStatus tagged needs either "tagPrefixList" or "tagPatternList"';
      }
      const tests = [
        ...(prefixes ?? []).map((prefix) => (tag: string) => tag.startsWith(prefix)),
        ...(patterns ?? []).map((pattern) => (tag: string) => matchesWildcard(pattern, tag)),
      ];
      return ({ tags }) => tests.every((test) => tags.some(test));
    }
    default:
      return '"tagStatus" must be tagged, untagged or any';
  }
}

/**
 * Images that a policy expires, with the priority of their rule. All rules look at all images; one that a rule of
 * higher priority selects is no other's to expire. Source: ECR/LifecyclePolicies (evaluation rules)
 */
export function expiring(
  rules: readonly Rule[],
  images: readonly ImageRecord[],
  now: number,
): readonly { readonly image: ImageRecord; readonly rule: number }[] {
  const claimed = new Set<string>();
  const found: { image: ImageRecord; rule: number }[] = [];
  for (const rule of rules) {
    const selected = images.filter(rule.selects);
    for (const image of selectedToExpire(rule, selected, now)) {
      if (!claimed.has(image.digest)) found.push({ image, rule: rule.priority });
    }
    for (const { digest } of selected) claimed.add(digest);
  }
  return found;
}

function selectedToExpire({ count }: Rule, selected: readonly ImageRecord[], now: number): readonly ImageRecord[] {
  switch (count.kind) {
    case 'more-than':
      return [...selected].sort((a, b) => b.pushedAt - a.pushedAt).slice(count.images);
    case 'older-than':
      return selected.filter(({ pushedAt }) => now - pushedAt > count.days * 86_400_000);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined where there are none. */
const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string') ? value : undefined;
