import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** What each part of `src` may import: other parts (by their door), parts of which only types, and packages. */
interface Part {
  readonly parts: readonly string[];
  readonly typesOf?: readonly string[];
  readonly packages: readonly RegExp[];
}

const node = /^node:/;
const sdk = /^@(aws-sdk|smithy)\//;

const rules: Readonly<Record<string, Part>> = {
  base: { parts: [], packages: [] },
  config: { parts: ['base'], packages: [node, /^(zod|jsonc-parser|fastest-levenshtein)$/] },
  images: { parts: ['base'], packages: [node] },
  local: { parts: ['base'], packages: [node, sdk, /^ws$/] },
  deployment: { parts: ['base'], typesOf: ['config'], packages: [] },
  aws: { parts: ['base', 'deployment'], typesOf: ['config'], packages: [node, sdk] },
  terraform: { parts: ['base'], packages: [node] },
  pipelines: { parts: ['base', 'config'], packages: [] },
  operations: { parts: ['base', 'config', 'deployment', 'aws', 'terraform'], packages: [node, sdk] },
  dashboard: { parts: ['base', 'config', 'deployment'], packages: [node] },
  cli: {
    parts: [
      'base',
      'config',
      'images',
      'local',
      'deployment',
      'aws',
      'terraform',
      'pipelines',
      'operations',
      'dashboard',
    ],
    packages: [node, sdk, /^(commander|@commander-js\/extra-typings|@clack\/prompts|log-update|ulid|ws)$/],
  },
};

/** A breach that is meant: `<file>: <what>`, with its reason. One that is not found any more fails the test. */
const exceptions: Readonly<Record<string, string>> = {
  'src/config/init.ts: process.env': 'in the text of the server that init writes',
  'src/local/run-local-runtime.ts: process.env': "the runtime's start: main.ts does nothing but call it",
  'src/local/balancer/exchange.ts: setImmediate': 'a turn of a real socket, in which no time is meant to pass',
  'src/local/store/file-store.ts: setImmediate': 'a turn of real input and output, which gathers writes into one',
  'src/local/store/seal.ts: randomBytes': 'a key and its nonces must never be repeatable',
};

/** What every part may read, though it belongs to none. */
const manifest = 'package.json';

const root = fileURLToPath(new URL('..', import.meta.url));
const ignored = new Set(['node_modules', 'dist', '.git', '.teal', '.venv', 'coverage']);
const sources = filesUnder('src').filter((path) => path.endsWith('.ts'));
const product = sources.filter((path) => !/\.test\.ts$/.test(path));
const imports = product.flatMap(importsOf);

describe('the parts of src', () => {
  test('are seen: there are imports to judge, and each folder has its rule', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.some(({ target }) => target === '../base/index.ts')).toBe(true);
    expect([...new Set(product.map(partOf))].filter((part) => !(part in rules))).toEqual([]);
  });

  test('import only the parts that they may know, and of some only types', () => {
    expect(breaches(imports.filter(({ from, to, typeOnly }) => to !== from && !mayImport(from, to, typeOnly)))).toEqual(
      [],
    );
  });

  test('are entered by their door', () => {
    expect(
      breaches(
        imports.filter(({ from, to, path }) => to !== undefined && to !== from && path !== `src/${to}/index.ts`),
      ),
    ).toEqual([]);
  });

  test('do not import each other in a circle', () => {
    expect(circles(imports)).toEqual([]);
  });

  test('use only the packages that they may', () => {
    expect(
      breaches(
        imports.filter(
          ({ from, to, target }) => to === undefined && !rules[from]?.packages.some((allowed) => allowed.test(target)),
        ),
      ),
    ).toEqual([]);
  });
});

describe('what only base may do', () => {
  const outsideBase = product.filter((path) => partOf(path) !== 'base');
  const banned: readonly (readonly [what: string, pattern: RegExp, instead: string])[] = [
    ['Date.now', /\bDate\.now\b/, 'clock.now()'],
    ['new Date()', /\bnew Date\(\s*\)/, 'clock.now()'],
    ['performance.now', /\bperformance\.now\b/, 'clock.monotonic()'],
    ['hrtime', /\bhrtime\b/, 'the clock'],
    ['setTimeout', /(?<![.\w])setTimeout\s*\(|node:timers/, 'clock.sleep or clock.after'],
    ['setInterval', /(?<![.\w])setInterval\s*\(/, 'the clock'],
    ['setImmediate', /(?<![.\w])setImmediate\s*\(/, 'the clock'],
    ['Math.random', /\bMath\.random\b/, 'the injected Random'],
    ['randomUUID', /\brandomUUID\b/, 'random.uuid()'],
    ['randomBytes', /\brandom(Bytes|Int)\b|\bgetRandomValues\b/, 'the injected Random'],
    ['AbortSignal.timeout', /\bAbortSignal\.timeout\b/, 'a signal that the clock aborts'],
  ];

  test.each(banned)('%s', (what, pattern, instead) => {
    const found = outsideBase.filter((path) => pattern.test(codeOf(path))).map((path) => `${path}: ${what}`);
    expect(withoutExceptions(found), `use ${instead}`).toEqual([]);
  });

  test('process.env is read by the command line and by the runtime as it starts, by nothing else', () => {
    const found = product
      .filter((path) => partOf(path) !== 'cli' && path !== 'src/local/main.ts')
      .filter((path) => /\bprocess\.env\b/.test(codeOf(path)))
      .map((path) => `${path}: process.env`);
    expect(withoutExceptions(found)).toEqual([]);
  });
});

describe('files', () => {
  const all = ['src', 'tests', 'scripts', 'bench', 'docs', 'examples', '.ci'].flatMap(filesUnder);

  test('are named after what they export', () => {
    const vague = /^(utils?|helpers?|common|manager|misc|shared|stuff)\b|[-.](utils?|helpers?|manager)\./;
    expect(all.filter((path) => vague.test(basename(path)))).toEqual([]);
  });

  test('have named exports only', () => {
    expect(sources.filter((path) => /^export default\b/m.test(codeOf(path)))).toEqual([]);
  });

  test('name no place of one machine', () => {
    const home = /(?<![\w.$}])\/(work|root|Users|home)\/\w/;
    const found = all
      .filter(
        (path) =>
          /\.(ts|mjs|cjs|js|json|md|sh|yml|yaml|py|txt)$|\/run$/.test(path) && !path.endsWith('package-lock.json'),
      )
      .filter((path) => path !== 'tests/architecture.test.ts')
      .filter((path) => home.test(readFileSync(join(root, path), 'utf8')))
      .map((path) => `${path}: a path of one machine`);
    expect(withoutExceptions(found)).toEqual([]);
  });

  test('that are exceptions still need to be', () => {
    expect(Object.keys(exceptions).filter((exception) => !met.has(exception))).toEqual([]);
  });
});

const met = new Set<string>();

function withoutExceptions(found: readonly string[]): string[] {
  return found.filter((breach) => {
    met.add(breach);
    return !(breach in exceptions);
  });
}

interface Import {
  readonly file: string;
  /** The part that imports. */
  readonly from: string;
  /** The part imported from; undefined for a package. */
  readonly to: string | undefined;
  /** As written. */
  readonly target: string;
  /** From the repository's root; undefined for a package. */
  readonly path: string | undefined;
  readonly typeOnly: boolean;
}

function mayImport(from: string, to: string | undefined, typeOnly: boolean): boolean {
  const rule = rules[from];
  if (to === undefined || rule === undefined) return true;
  return rule.parts.includes(to) || (typeOnly && (rule.typesOf ?? []).includes(to));
}

function breaches(found: readonly Import[]): string[] {
  return withoutExceptions(found.map(({ file, target }) => `${file}: ${target}`));
}

/** Each way round through the parts, once. */
function circles(all: readonly Import[]): string[] {
  const known = new Map<string, Set<string>>();
  for (const { from, to } of all) {
    if (to !== undefined && to !== from) known.set(from, (known.get(from) ?? new Set()).add(to));
  }
  const found = new Set<string>();
  const walk = (part: string, way: readonly string[]): void => {
    if (way.includes(part)) {
      found.add([...way.slice(way.indexOf(part)), part].join(' → '));
      return;
    }
    for (const next of known.get(part) ?? []) walk(next, [...way, part]);
  };
  for (const part of known.keys()) walk(part, []);
  return [...found];
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = [
    ...text.matchAll(/^(?:import|export)\s+(?<what>[^'";]*?)\s*from\s*['"](?<target>[^'"]+)['"]/gm),
    ...text.matchAll(/^import\s*['"](?<target>[^'"]+)['"]/gm),
    ...text.matchAll(/\b(?<what>typeof )?(?:import|require)\(\s*['"](?<target>[^'"]+)['"]\s*\)/g),
  ];
  return statements
    .map(({ groups: { what = '', target = '' } = {} }) => {
      const path = target.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), target)) : undefined;
      return { file, from: partOf(file), to: path && partOf(path), target, path, typeOnly: isTypeOnly(what) };
    })
    .filter(({ path }) => path !== manifest);
}

function isTypeOnly(what: string): boolean {
  if (/^type(of)?\b/.test(what)) return true;
  const names = /^\{(.*)\}$/s
    .exec(what)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names?.every((name) => name.startsWith('type ')) ?? false;
}

function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** A file without its comments and the insides of its strings, so that words in prose are not taken for calls. */
function codeOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(?<=^|\s)\/\/.*$/gm, '')
    .replaceAll(/'(?!node:)(?:[^'\\\n]|\\.)*'/g, "''");
}

function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [relative(root, join(root, path)).split(sep).join('/')];
    });
}
