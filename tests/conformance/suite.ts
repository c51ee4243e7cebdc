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
export function missingOf(
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

/** The record of a service that the last run of all its cases wrote; undefined when there was none. */
export function recordOf(service: string): ServiceRecord | undefined {
  return existsSync(recordFile(service)) ? readJson(join('record', `${service}.json`)) : undefined;
}

/** Services that have a record. */
export const recordedServices = (): readonly string[] =>
  readdirSync(join(conformanceFolder, 'record')).map((name) => name.replace(/\.json$/, ''));

export const recordFile = (service: string): string => join(conformanceFolder, 'record', `${service}.json`);

/** Cases that moto fails: what it did, by case. The case's page decides. */
export type MotoDifferences = Readonly<Record<string, { readonly page: string; readonly moto: string }>>;

export function motoDifferences(service: string): MotoDifferences {
  return existsSync(motoFile(service)) ? readJson(join('moto', `${service}.json`)) : {};
}

export const motoFile = (service: string): string => join(conformanceFolder, 'moto', `${service}.json`);

function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(conformanceFolder, name), 'utf8'));
}
