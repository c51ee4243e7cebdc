import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { type ParseError, parse } from 'jsonc-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { localRuntimePage, localRuntimeText } from '../scripts/generate-local-runtime.ts';
import { jsonSchemas } from '../src/config/index.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'examples/demo/README.md', 'examples/items-api/README.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

describe('claims', () => {
  const rows = [...read('docs/claims.md').matchAll(/^\| (.+?) +\| `([^`]+)` +\| (.*?) *\|$/gm)].map(
    ([, claim = '', shownBy = '', title = '']) => ({ claim, shownBy, title }),
  );

  test('are found on their page', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  test('name tests and commands that exist', () => {
    const missing = rows.filter(({ shownBy, title }) =>
      shownBy.endsWith('.test.ts') ? !hasTest(shownBy, title) : !isCommand(shownBy),
    );
    expect(missing).toEqual([]);
  });
});

test('every link of a page resolves, to its heading too', () => {
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !resolves(page, target))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

describe('commands', () => {
  let options: (path: readonly string[]) => ReadonlySet<string> | undefined;

  beforeAll(async () => {
    options = await helpReader();
  }, 60_000);

  test('every command that a page quotes is known', () => {
    expect(pages.flatMap((page) => quoted(read(page))).length).toBeGreaterThan(50);
    const unknown = pages.flatMap((page) =>
      quoted(read(page))
        .filter((command) => problemOf(command, options) !== undefined)
        .map((command) => `${page}: ${command}: ${problemOf(command, options)}`),
    );
    expect(unknown).toEqual([]);
  });

  test('every npm script that a page quotes is there', () => {
    const sample = JSON.parse(read('examples/items-api/package.json'));
    const scripts = new Set([...Object.keys(manifest.scripts), ...Object.keys(sample.scripts)]);
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run (?:-s )?([\w-]+)/g)].map(([, name = '']) => ({ page, name })),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ name }) => !scripts.has(name))).toEqual([]);
  });
});

test('JSON on a page can be read, and what is a whole file is valid', () => {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  const validators = new Map(
    jsonSchemas().map(({ name, content }) => [name.replace('.schema.json', ''), ajv.compile(JSON.parse(content))]),
  );
  const blocks = pages.flatMap((page) =>
    [...read(page).matchAll(/^```jsonc?\n(.*?)^```$/gms)].map(([, text = '']) => ({ page, text })),
  );
  expect(blocks.length).toBeGreaterThan(3);
  const problems = blocks.flatMap(({ page, text }) => {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    const validate = validators.get(kindOf(value));
    const valid = validate === undefined || validate(value);
    return errors.length === 0 && valid ? [] : [{ page, text, errors, problems: validate?.errors }];
  });
  expect(problems).toEqual([]);
});

test('the page on the local runtime shows what the code has today', () => {
  expect(readFileSync(localRuntimePage, 'utf8')).toBe(localRuntimeText());
});

/** A page's project, service or environment by what only those have; a part of one is none. */
function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if ('image' in value && 'port' in value) return 'service';
  if ('account' in value && 'region' in value) return 'environment';
  return Object.keys(value).join() === 'name' ? 'project' : '';
}

function hasTest(file: string, title: string): boolean {
  if (title === '' || !existsSync(join(root, file))) return false;
  const source = read(file);
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}`));
}

function isCommand(text: string): boolean {
  const script = /^npm (?:run )?([\w-]+)/.exec(text)?.[1];
  return script !== undefined && script in manifest.scripts;
}

function resolves(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || headings(read(file)).has(anchor);
}

/** Anchors as GitHub makes them. */
function headings(page: string): ReadonlySet<string> {
  return new Set(
    [...withoutCode(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const withoutCode = (page: string): string => page.replace(/^```.*?^```$/gms, '');

/** Commands of teal on a page: lines of its code that begin with one, and what stands in backticks or quotes. */
function quoted(page: string): string[] {
  const code = [...page.matchAll(/^```[a-z]*\n(.*?)^```$|^ {4}([^\n]*)$/gms)].map(
    ([, block, line]) => block ?? line ?? '',
  );
  const lines = code.flatMap((text) =>
    [...text.matchAll(/^(?:\$ )?(?:npx )?(teal(?: [a-z-].*)?)$/gm)].map(([, command = '']) => command),
  );
  const inline = [...page.matchAll(/[`"](?:npx )?(teal [^`"\n]+)[`"]/g)].map(([, command = '']) => command);
  return [...lines, ...inline].flatMap((text) =>
    text
      .replace(/\s+#.*$/, '')
      .split(/ && | \| | > |;/)
      .map((command) => command.replace(/^npx /, '').trim())
      .filter((command) => command.startsWith('teal')),
  );
}

function problemOf(
  command: string,
  options: (path: readonly string[]) => ReadonlySet<string> | undefined,
): string | undefined {
  const words = command.split(/\s+/).slice(1);
  const names = words.slice(
    0,
    words.findIndex((word) => !/^[a-z]+$/.test(word)),
  );
  const named = words.every((word) => /^[a-z]+$/.test(word)) ? words : names;
  const path = [2, 1, 0].map((length) => named.slice(0, length)).find((candidate) => options(candidate) !== undefined);
  if (path === undefined || (path.length === 0 && named.length > 0)) return 'no such command';
  const known = options(path) ?? new Set();
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .find((option) => !known.has(option));
}

/** The options of a command by its help, which is read once; undefined where there is no such command. */
async function helpReader(): Promise<(path: readonly string[]) => ReadonlySet<string> | undefined> {
  const known = new Map<string, ReadonlySet<string>>();
  const visit = async (path: readonly string[]): Promise<void> => {
    const { stdout } = await run(process.execPath, [join(root, 'dist', 'teal.cjs'), ...path, '--help']);
    known.set(path.join(' '), new Set(stdout.match(/(?<=[\s,])--?[a-zA-Z][\w-]*/g) ?? []));
    const commands = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(stdout)?.[1] ?? '';
    const names = [...commands.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
    await Promise.all(names.filter((name) => name !== 'help').map((name) => visit([...path, name])));
  };
  await visit([]);
  return (path) => known.get(path.join(' '));
}
