import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the cases, and of what is known about them. */
export const conformanceFolder = fileURLToPath(new URL('.', import.meta.url));

/** A case as `run.py --list` prints it. */
export interface ListedCase {
  readonly id: string;
  /** `ecs:UpdateService` */
  readonly operations: readonly string[];
  readonly shows: 'success' | 'error' | 'validation' | 'paging' | 'waiter' | 'unknown-operation';
  readonly error: string | null;
  readonly page: string;
  readonly file: string;
}

/** What botocore's models document, by service and operation. */
export type Models = Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;

interface DocumentedOperation {
  readonly errors: readonly string[];
  /** Whether there is a paginator. */
  readonly paged: boolean;
  /** Whether it has members that could be wrong. */
  readonly asked: boolean;
}

/** What a run has shown of one operation. */
export interface OperationRecord {
  readonly level: 'A' | 'B';
  /** Cases that passed. */
  readonly cases: number;
  /** Codes that the operation was seen to answer with. */
  readonly errors: readonly string[];
}

/** What a run has shown of one service, by operation. */
export type ServiceRecord = Readonly<Record<string, OperationRecord>>;

/** A service's name for boto3 and the AWS CLI, by its name in a signature. */
export function clientName(signingName: string): string {
  const names: Readonly<Record<string, string>> = { elasticloadbalancing: 'elbv2', monitoring: 'cloudwatch' };
  return names[signingName] ?? signingName;
}

const levels: Readonly<Record<string, readonly string[]>> = readJson('levels.json');

/** A: the engine, the manual procedure or Terraform uses it. B: all others. */
export const levelOf = (service: string, operation: string): 'A' | 'B' =>
  levels[service]?.includes(operation) ? 'A' : 'B';

/** Documented errors that cannot be provoked, with the reason: by service, operation (or `*`) and code. */
const exempt: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> =
  readJson('exempt.json');

/** What an operation still lacks to be judged at its level; empty when its cases suffice. */
function missingOf(
  service: string,
  operation: string,
  cases: readonly ListedCase[],
  models: Models,
): readonly string[] {
  const of = cases.filter(({ operations }) => operations.includes(`${service}:${operation}`));
  const model = models[service]?.[operation] ?? { errors: [], paged: false, asked: true };
  const level = levelOf(service, operation);
  const excused = { ...exempt[service]?.['*'], ...exempt[service]?.[operation] };
  const wanted = model.errors.filter((code) => !(code in excused) && (level === 'A' || /NotFound/.test(code)));
  const shown = new Set(of.map(({ error }) => error));
  const has = (shows: ListedCase['shows']) => of.some((one) => one.shows === shows);
  return [
    ...(of.some(({ shows }) => shows !== 'error' && shows !== 'validation') ? [] : ['success']),
    ...wanted.filter((code) => !shown.has(code)),
    ...(level === 'A' && model.asked && !has('validation') ? ['validation'] : []),
    ...(level === 'A' && model.paged && !has('paging') ? ['paging'] : []),
  ];
}

/** What is registered and not judged at its level, a line each; an operation that no case calls is among them. */
export function lackingCases(
  registered: ReadonlyMap<string, readonly string[]>,
  cases: readonly ListedCase[],
  models: Models,
): readonly string[] {
  const lines: string[] = [];
  for (const [service, operations] of registered) {
    for (const operation of operations) {
      const missing = missingOf(service, operation, cases, models);
      if (missing.length > 0)
        lines.push(`${service}:${operation} (${levelOf(service, operation)}): ${missing.join(', ')}`);
    }
    const asksUnknown = cases.some(
      (one) => one.shows === 'unknown-operation' && one.operations[0]?.startsWith(`${service}:`),
    );
    if (!asksUnknown) lines.push(`${service}: an operation that does not exist`);
  }
  return lines;
}

/** What a run found; it ends with 0 where all of it is empty. */
export interface Findings {
  readonly failed: readonly object[];
  /** What the runtime logged as its own mistakes. */
  readonly complaints: readonly string[];
  readonly lacking: readonly string[];
  /** Services whose record is not what was shown. */
  readonly stale: readonly string[];
}

export const exitCodeOf = ({ failed, complaints, lacking, stale }: Findings): 0 | 1 =>
  failed.length + complaints.length + lacking.length + stale.length === 0 ? 0 : 1;

/** The record of a service that the last run of all its cases wrote; undefined when there was none. */
export function recordOf(service: string): ServiceRecord | undefined {
  return existsSync(recordFile(service)) ? readJson(join('record', `${service}.json`)) : undefined;
}

/** Services that have a record. */
export const recordedServices = (): readonly string[] =>
  readdirSync(join(conformanceFolder, 'record')).map((name) => name.replace(/\.json$/, ''));

export const recordFile = (service: string): string => join(conformanceFolder, 'record', `${service}.json`);

/** A case that moto fails. */
export interface MotoDifference {
  /** AWS's page: it decides. */
  readonly page: string;
  /** What moto did. */
  readonly moto: string;
  /** Why the page decides against it. */
  readonly reason: string;
}

/** By case. */
export type MotoDifferences = Readonly<Record<string, MotoDifference>>;

/**
 * Why the page decides against what moto did, where that alone tells; '' where a person has to read the page, and to
 * write down why.
 */
export function reasonOf(moto: string): string {
  if (/status 500|refused with 500|got 500|Unable to parse response/.test(moto))
    return 'moto fails in itself (HTTP 500) or does not have the operation; the page documents an answer';
  const [, code] = /^expected (\w+), and was not refused/.exec(moto) ?? [];
  if (code !== undefined) return `moto does not check it; the page demands ${code}`;
  const [, wanted, got] = /^expected (\w+), got (\w+)/.exec(moto) ?? [];
  if (wanted !== undefined) return `the page has ${wanted} for it, not ${got}`;
  const [, error, found, status] = /^(\w+) has status (\d+), expected (\d+)/.exec(moto) ?? [];
  if (error !== undefined) return `the page gives ${error} the status ${status}, not ${found}`;
  return '';
}

export function motoDifferences(service: string): MotoDifferences {
  return existsSync(motoFile(service)) ? readJson(join('moto', `${service}.json`)) : {};
}

export const motoFile = (service: string): string => join(conformanceFolder, 'moto', `${service}.json`);

function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(conformanceFolder, name), 'utf8'));
}
