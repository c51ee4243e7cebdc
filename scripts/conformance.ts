import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { services } from '../src/local/index.ts';
import { type CaseResult, listCases, runCases, whyNot } from '../tests/conformance/cases-run.ts';
import { aMoto, aRuntime } from '../tests/conformance/servers.ts';
import {
  clientName,
  exitCodeOf,
  type ListedCase,
  lackingCases,
  levelOf,
  type MotoDifference,
  motoDifferences,
  motoFile,
  type OperationRecord,
  reasonOf,
  recordFile,
  recordOf,
  type ServiceRecord,
} from '../tests/conformance/suite.ts';

const usage = `npm run conformance -- [--service S] [--case TEXT] [--endpoint URL] [--check] [--moto [--accept]]

Runs the cases of tests/conformance, in boto3 and the AWS CLI, against the local runtime in a process of its own, and
prints what each operation showed. Fails when a case fails, or an operation has too few. A run of all cases of a service
writes tests/conformance/record/<service>.json; --check compares with it instead.

--service S       only cases of these services, by boto3's names: ecs,elbv2
--case TEXT       only cases whose name has this in it
--endpoint URL    judges what answers there; "aws" is AWS itself, with your own credentials
--moto            judges moto by the same cases, and compares with the differences that are known
--accept          writes the differences from moto anew, and tells which reasons are left to write`;

const { values } = parseArgs({
  options: {
    service: { type: 'string' },
    case: { type: 'string' },
    endpoint: { type: 'string' },
    check: { type: 'boolean', default: false },
    moto: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const root = fileURLToPath(new URL('..', import.meta.url));
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, '.venv', 'bin'), process.env.PATH ?? ''].join(delimiter),
  AWS_EC2_METADATA_DISABLED: 'true',
};

const registered: ReadonlyMap<string, readonly string[]> = new Map(
  services.map(({ name, operations }) => [clientName(name), Object.keys(operations).sort()]),
);

if (values.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const reason = whyNot(environment);
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return 0;
  }
  return values.moto ? judgeMoto() : judgeRuntime();
}

async function judgeRuntime(): Promise<number> {
  const { cases, models } = listCases([...registered.keys()], environment);
  const started = performance.now();
  await using server = values.endpoint === undefined ? await aRuntime(join(root, 'dist', 'runtime.cjs')) : undefined;
  const endpoint = server?.endpoint ?? (values.endpoint === 'aws' ? undefined : values.endpoint);
  const results = await runCases({ ...chosen(), endpoint, patienceSeconds: 30 });
  const complaints = server?.complaints() ?? [];
  if (results.length === 0) {
    console.error('No case is chosen by that.');
    return 2;
  }

  printTable(cases, results);
  const failed = results.filter(({ ok }) => !ok);
  printFailures(failed, cases);
  for (const complaint of complaints) console.log(`the runtime logged: ${complaint}`);
  const whole = values.case === undefined && values.endpoint === undefined;
  const judged = [...registered.keys()].filter((service) => values.service?.split(',').includes(service) ?? true);
  const lacking = whole ? lackingCases(operationsOf(judged), cases, models) : [];
  if (lacking.length > 0) console.log(`\nWithout enough cases:\n${lacking.map((line) => `  ${line}`).join('\n')}`);
  const passed = results.length - failed.length;
  console.log(
    `\n${passed} cases passed, ${failed.length} failed, in ${seconds(performance.now() - started)}; ${lacking.length} operations lack cases`,
  );
  const stale = whole && failed.length === 0 ? judged.filter((service) => !keepRecord(service, cases)) : [];
  if (stale.length > 0) console.log(`Not as recorded: ${stale.join(', ')}. Run npm run conformance, and commit.`);
  return exitCodeOf({ failed, complaints, lacking, stale });
}

function operationsOf(judged: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(judged.map((service) => [service, registered.get(service) ?? []]));
}

async function judgeMoto(): Promise<number> {
  const { cases } = listCases([], environment);
  await using moto = await aMoto(environment);
  if (moto === undefined) {
    console.log('skipped: moto_server is not on the PATH (pip install "moto[server]")');
    return 0;
  }
  const judge = (one?: string) =>
    runCases({
      ...chosen(),
      ...(one === undefined ? { patienceSeconds: 1.5 } : { case: one, patienceSeconds: 10, processes: 1, threads: 1 }),
      endpoint: moto.endpoint,
    });
  const results: CaseResult[] = [];
  for (const result of await judge()) {
    // A busy machine makes some late: what is not as known is asked again, by itself.
    const isKnown = result.case in motoDifferences(serviceOf(result.case));
    const again = result.ok === isKnown ? await judge(result.case) : [];
    results.push(again.find(({ case: name }) => name === result.case) ?? result);
  }
  const news = values.accept ? acceptDifferences(results, cases) : unexpected(results, cases);
  for (const service of new Set(results.map(({ case: name }) => serviceOf(name)))) {
    const of = results.filter(({ case: name }) => serviceOf(name) === service);
    const differing = of.filter(({ ok }) => !ok);
    console.log(`${service.padEnd(26)} ${of.length - differing.length} alike, ${differing.length} different`);
  }
  if (news.length > 0) console.log(`\n${news.map((line) => `  ${line}`).join('\n')}`);
  console.log(
    `\n${results.length - news.length} cases passed, ${news.length} failed: as moto answers, or as is known of it`,
  );
  return news.length > 0 ? 1 : 0;
}

/** What is not as the list of differences says. */
function unexpected(results: readonly CaseResult[], cases: readonly ListedCase[]): readonly string[] {
  const pageOf = new Map(cases.map(({ id, page }) => [id, page]));
  return results.flatMap(({ case: name, ok, message }) => {
    const known = motoDifferences(serviceOf(name))[name];
    if (!ok && !known)
      return `${name}: a new difference; ${pageOf.get(name)} decides; moto: ${message}. Where the case is right: npm run conformance -- --moto --accept`;
    if (ok && known) return `${name}: is listed as different, and moto passes it`;
    return [];
  });
}

/** Writes the list anew; tells which reasons a person has to write. */
function acceptDifferences(results: readonly CaseResult[], cases: readonly ListedCase[]): readonly string[] {
  const pageOf = new Map(cases.map(({ id, page }) => [id, page]));
  const unreasoned: string[] = [];
  for (const service of new Set(results.map(({ case: name }) => serviceOf(name)))) {
    const known = motoDifferences(service);
    const differing = results
      .filter(({ case: name, ok }) => serviceOf(name) === service && !ok)
      .sort((one, other) => (one.case < other.case ? -1 : 1));
    const entries = differing.map(({ case: name, message }): [string, MotoDifference] => {
      const moto = known[name]?.moto ?? withoutChance(message ?? '');
      const reason = known[name]?.reason || reasonOf(moto);
      if (reason === '') unreasoned.push(`${name}: write its reason into ${motoFile(service)}`);
      return [name, { page: pageOf.get(name) ?? '', moto, reason }];
    });
    writeJson(motoFile(service), Object.fromEntries(entries));
  }
  return unreasoned;
}

function chosen() {
  return {
    service: values.service,
    case: values.case,
    processes: 2,
    threads: 8,
    environment,
    onResult: ({ case: name, ok, seconds: took }: CaseResult) => {
      if (process.stderr.isTTY) process.stderr.write(`${ok ? 'ok    ' : 'FAILED'} ${took.toFixed(1)} s ${name}\n`);
    },
  };
}

function printTable(cases: readonly ListedCase[], results: readonly CaseResult[]): void {
  const okOf = new Map(results.map(({ case: name, ok }) => [name, ok]));
  const run = cases.filter(({ id }) => okOf.has(id));
  for (const service of [...new Set(run.flatMap(({ operations }) => operations.map((one) => one.split(':')[0] ?? '')))])
    for (const operation of new Set(
      run.flatMap(({ operations }) => operations.filter((one) => one.startsWith(`${service}:`))).sort(),
    )) {
      const of = run.filter(({ operations }) => operations.includes(operation));
      const passed = of.filter(({ id }) => okOf.get(id)).length;
      const name = operation.slice(service.length + 1);
      const failed = passed < of.length ? `, ${of.length - passed} FAILED` : '';
      console.log(`${service.padEnd(24)} ${name.padEnd(34)} ${levelOf(service, name)}  ${passed} passed${failed}`);
    }
}

function printFailures(failed: readonly CaseResult[], cases: readonly ListedCase[]): void {
  const of = new Map(cases.map((one) => [one.id, one]));
  for (const { case: name, message } of failed) {
    const found = of.get(name);
    console.log(`\nFAILED ${name} (${found?.page}, ${found?.file})\n  ${message}`);
  }
}

/** Writes what was shown of a service, or compares; false when the two differ. */
function keepRecord(service: string, cases: readonly ListedCase[]): boolean {
  const shown: ServiceRecord = Object.fromEntries(
    (registered.get(service) ?? []).map((operation): [string, OperationRecord] => {
      const of = cases.filter(({ operations }) => operations.includes(`${service}:${operation}`));
      const errors = [...new Set(of.flatMap(({ error }) => error ?? []))].sort();
      return [operation, { level: levelOf(service, operation), cases: of.length, errors }];
    }),
  );
  if (!values.check) {
    writeJson(recordFile(service), shown);
    return true;
  }
  return JSON.stringify(recordOf(service)) === JSON.stringify(shown);
}

function serviceOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

/** Without what differs from run to run. */
function withoutChance(message: string): string {
  return message
    .replace(/ \(\w+\.py:\d+\)$/, '')
    .replaceAll(/[\w-]+-[0-9a-f]{10}-\d+/g, '<name>')
    .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.+Z-]+/g, '<time>')
    .replaceAll(/\b\d{9,}(?:\.\d+)?\b/g, '<number>')
    .slice(0, 200);
}

/** A line per operation or case, so that a change shows as such. */
function writeJson(file: string, content: object): void {
  const lines = Object.entries(content).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
