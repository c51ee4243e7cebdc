import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type EmptyFolder, emptyFolder, type Packed, pack, type Ran } from './empty-folder.ts';

const install = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];

let packing: EmptyFolder;
let packed: Packed;
let shop: EmptyFolder;

beforeAll(async () => {
  packing = emptyFolder();
  packed = await pack(packing);
  shop = emptyFolder();
});

afterAll(async () => {
  await teal('local', 'stop');
  shop[Symbol.dispose]();
  packing[Symbol.dispose]();
});

const teal = (...args: readonly string[]): Promise<Ran> => shop.run('npx', ['--no-install', 'teal', ...args]);

async function ok(running: Promise<Ran>): Promise<string> {
  const { code, stdout, stderr } = await running;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('the package', () => {
  test('holds the bundles, the sample, the docs, and nothing else', () => {
    const expected = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
      /^dist\/(teal\.cjs|app\.cjs|runtime\.cjs|demo\.mjs|licenses\.txt)$/,
      /^docs\/.*\.md$/,
      /^terraform\/(modules\/[a-z-]+|platform|services|state)\/([a-z-]+\.tf|README\.md|tests\/[a-z-]+\.tftest\.hcl|tests\/synced\/[a-z/]+\.json)$/,
      /^examples\/demo\/README\.md$/,
      /^examples\/items-api\/(?!node_modules|dist|\.teal|\.postgres)/,
    ];
    expect(packed.files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(packed.files).toEqual(
      expect.arrayContaining([
        ...['dist/teal.cjs', 'dist/app.cjs', 'dist/runtime.cjs', 'dist/demo.mjs', 'dist/licenses.txt', 'LICENSE'],
        ...['package.json', 'package-lock.json', 'Dockerfile', '.dockerignore', 'services/items.json'].map(
          (file) => `examples/items-api/${file}`,
        ),
      ]),
    );
    console.log(
      `The package: ${packed.files.length} files, ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked.`,
    );
    expect(packed.unpackedSize).toBeLessThan(10e6);
  });

  test('depends on no other package, and runs nothing at its installation', () => {
    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(dependencies|optionalDependencies|peerDependencies)$/)]),
    );
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
  });

  test('passes on the licences of what is bundled', () => {
    const text = readFileSync(new URL('../../dist/licenses.txt', import.meta.url), 'utf8');
    for (const name of ['zod', 'commander', '@aws-sdk/client-ecs', '@smithy/core'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(text).toContain('Permission is hereby granted');
    expect(text).toContain('Apache License');
  });
});

describe('in an empty folder, without the network and with install scripts off', () => {
  test('a project is started, deployed, changed, deployed again and rolled back', async () => {
    expect(await ok(shop.run('npm', ['install', ...install, packed.tarball]))).toContain('added 1 package');
    await ok(teal('local', 'start', '--port', '0'));
    expect(await ok(teal('init'))).toContain('Next: teal deploy shop');

    expect(await ok(teal('deploy'))).toMatch(/^shop: \w+ is live on (blue|green), 100 %/m);
    const url = await serviceUrl();
    expect(await versionAt(url)).toBe('1');

    const source = join(shop.path, 'app', 'server.js');
    writeFileSync(source, readFileSync(source, 'utf8').replace("const version = '1'", "const version = '2'"));
    expect(await ok(teal('deploy'))).toContain('teal rollback shop');
    expect(await versionAt(url)).toBe('2');

    expect(await ok(teal('rollback'))).toMatch(/is live on (blue|green), 100 %/);
    expect(await versionAt(url)).toBe('1');
    expect(await ok(teal('status'))).toMatch(/shop\s+(blue|green)\s+\w+\s+100 %\s+2\/2\s+succeeded/);
  });
});

describe('the README alone', () => {
  test('leads to a deployed application of one’s own', async () => {
    using notes = emptyFolder();
    const files = filesOf(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'));
    expect(files.map(([path]) => path)).toEqual([
      'app/server.js',
      'app/Dockerfile',
      'teal.json',
      'services/notes.json',
    ]);
    for (const [path, content] of files) {
      mkdirSync(dirname(join(notes.path, path)), { recursive: true });
      writeFileSync(join(notes.path, path), content);
    }
    await ok(notes.run('npm', ['install', ...install, packed.tarball]));
    const tealThere = (...args: readonly string[]) => ok(notes.run('npx', ['--no-install', 'teal', ...args]));
    try {
      await tealThere('local', 'start', '--port', '0');
      expect(await tealThere('validate')).toContain('No problems');
      expect(await tealThere('deploy')).toMatch(/^notes: \w+ is live on (blue|green), 100 %/m);
      const { listeners } = JSON.parse(await tealThere('local', 'status', '--json'));
      const answer = await fetch(listeners[0].url, { headers: { connection: 'close' } });
      expect(await answer.text()).toBe('a note\n');
      expect(answer.headers.get('x-revision')).toMatch(/^[0-9a-f]{12}$/);
    } finally {
      await tealThere('local', 'stop');
    }
  });
});

describe('installed for all of a user, under a prefix', () => {
  test('teal runs, and its demo finds the sample that it copies', async () => {
    using folder = emptyFolder();
    await ok(folder.run('npm', ['install', '--global', '--prefix', folder.path, ...install, packed.tarball]));
    const program = join(folder.path, 'bin', 'teal');
    expect(await ok(folder.run(program, ['--version']))).toBe(`${manifest.version}\n`);

    const demo = await folder.run(program, ['demo'], { until: 'Copying the sample' });
    expect(demo.stdout).toContain('SIGINT: stopping everything');
    expect(demo.stdout).toContain('Everything is stopped');
    expect(demo.stderr).not.toContain('does not exist');
  });
});

/** The files that a page shows: a line that begins with a path in backticks, then a block of code. */
function filesOf(page: string): (readonly [path: string, content: string])[] {
  const shown = page.matchAll(/^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$/gms);
  return [...shown].map(([, path = '', content = '']) => [path, content]);
}

async function serviceUrl(): Promise<string> {
  const { listeners } = JSON.parse(await ok(teal('local', 'status', '--json')));
  return listeners[0].url;
}

async function versionAt(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { connection: 'close' } });
  return JSON.parse(await answer.text()).version;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
