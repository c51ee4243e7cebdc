import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tarEnd, tarHeader, tarPadding } from '../../src/base/index.ts';
import { type BuildOptions, type BuiltImage, buildImage, uploadImage } from '../../src/images/index.ts';
import { isRunning } from '../../src/local/is-running.ts';
import { ImageRefused, openImageStore } from '../../src/local/tasks/process/image-store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teal-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files below the test's folder; a text that begins with `->` is a link. */
function files(within: string, contents: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(contents)) {
    const target = join(folder, within, path);
    mkdirSync(dirname(target), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), target);
    else writeFileSync(target, text);
  }
  return join(folder, within);
}

const never = new AbortController().signal;

const build = (context: string, options: Partial<BuildOptions> = {}): Promise<BuiltImage> =>
  buildImage({
    context,
    architecture: 'X86_64',
    environment: { PATH: process.env.PATH ?? '' },
    signal: never,
    onOutput: () => {},
    ...options,
  });

/** Everything about a folder that a build could change. */
function fingerprint(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const info = lstatSync(join(path, name));
      const content = info.isFile()
        ? readFileSync(join(path, name), 'utf8')
        : info.isSymbolicLink()
          ? readlinkSync(join(path, name))
          : '';
      return `${name} ${info.mode} ${info.mtimeMs} ${info.ctimeMs} ${content}`;
    });
}

const node = {
  Dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]',
  'server.js': '1',
};

describe('an image', () => {
  test('has the same digest for the same content, wherever and whenever it is built', async () => {
    const a = files('a', { ...node, 'lib/x.js': 'x', 'lib/y.js': 'y' });
    const b = files('b', { 'lib/y.js': 'y', 'lib/x.js': 'x', ...node });
    utimesSync(join(b, 'server.js'), 1, 1);
    await using first = await build(a);
    await using second = await build(b);
    expect(second.digest).toBe(first.digest);
  });

  test.each<[string, (context: string) => void]>([
    ['a byte', (context) => writeFileSync(join(context, 'server.js'), '2')],
    ['a name', (context) => writeFileSync(join(context, 'other.js'), '')],
    ['an executable bit', (context) => chmodSync(join(context, 'server.js'), 0o755)],
    ['the configuration', (context) => writeFileSync(join(context, 'Dockerfile'), `${node.Dockerfile}\nENV A=1`)],
  ])('has another digest when %s differs', async (_, change) => {
    const context = files('a', node);
    await using before = await build(context);
    change(context);
    await using after = await build(context);
    expect(after.digest).not.toBe(before.digest);
  });

  test('leaves the user’s folder as it was', async () => {
    const context = files('a', { ...node, '.dockerignore': 'dist', 'dist/old': '', 'l.js': '->server.js' });
    const before = fingerprint(context);
    await using _ = await build(context, { build: ['echo changed > server.js; rm l.js; mkdir -p dist node_modules'] });
    expect(fingerprint(context)).toEqual(before);
  });

  test('gets what local.build makes, also where .dockerignore names it, and not what that leaves out', async () => {
    const context = files('a', { ...node, '.dockerignore': 'dist\nsecret.txt', 'dist/old.js': '', 'secret.txt': '' });
    const lines: string[] = [];
    await using image = await build(context, {
      build: ['mkdir dist && echo built > dist/new.js', 'cat dist/new.js'],
      onOutput: (line) => lines.push(line),
    });
    expect(await contentOf(image)).toEqual([
      'app',
      'app/.dockerignore',
      'app/Dockerfile',
      'app/dist',
      'app/dist/new.js',
      'app/server.js',
    ]);
    expect(lines).toEqual(['built']);
  });

  test('comes from the Dockerfile of the documentation, with what local.build makes for its first stage', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/images.md'), 'utf8');
    const dockerfile = /```dockerfile\n(.*?)```/s.exec(page)?.[1] ?? '';
    const context = files('a', {
      Dockerfile: dockerfile,
      'package.json': '{}',
      'src/server.ts': '',
      '.dockerignore': 'node_modules\ndist',
    });
    await using image = await build(context, {
      build: ['mkdir node_modules dist', 'touch node_modules/m.js dist/server.js'],
    });
    expect((await contentOf(image)).filter((path) => path.endsWith('.js'))).toEqual([
      'app/dist/server.js',
      'app/node_modules/m.js',
    ]);
  });

  test('may have a link to a program of this machine where local.build made it', async () => {
    const context = files('a', node);
    await using image = await build(context, { build: ['ln -s /bin/sh made'] });
    expect(await contentOf(image)).toContain('app/made');
    symlinkSync('/bin/sh', join(context, 'own'));
    await expect(build(context)).rejects.toThrow('own is a link to /bin/sh, which is not in the context: make it');
  });

  test('uses the ignore file of its own Dockerfile', async () => {
    const context = files('a', {
      'web.Dockerfile': 'FROM x\nCOPY . /',
      'web.Dockerfile.dockerignore': 'web*',
      '.dockerignore': 'a',
      a: '',
    });
    await using image = await build(context, { dockerfile: 'web.Dockerfile' });
    expect(await contentOf(image)).toEqual(['.dockerignore', 'a']);
  });

  test('tells what a real build would have done otherwise', async () => {
    const context = files('a', { ...node, Dockerfile: node.Dockerfile.replace('FROM node', 'FROM node:4.9') });
    await using image = await build(context);
    expect(image.notes).toEqual([
      'RUN is not executed (line 4): give local.build the commands that make what the image needs.',
      expect.stringMatching(/^FROM node:4\.9 has Node 4\.9; here tasks run on this machine's \d+\.\d+\.\d+\.$/),
    ]);
  });

  test('can be read by other programs too', async () => {
    const long = `${'long-name-'.repeat(12)}/${'é'.repeat(60)}.txt`;
    const context = files('a', { Dockerfile: 'FROM x\nCOPY d /d', [`d/${long}`]: 'long', 'd/l': `->${long}` });
    await using image = await build(context);
    const archive = join(folder, 'image.tar');
    writeFileSync(archive, await bytesOf(image));
    execFileSync('tar', ['xf', archive, '-C', folder]);
    execFileSync('tar', ['xf', join(folder, 'layer.tar'), '-C', folder]);
    expect(readFileSync(join(folder, 'd', long), 'utf8')).toBe('long');
    expect(readFileSync(join(folder, 'd/l'), 'utf8')).toBe('long');
  });

  test('is not built when local.build fails: its output is told once, the error names the command', async () => {
    const told: string[] = [];
    const building = build(files('a', node), {
      build: ['echo first', 'echo no such module >&2; exit 3'],
      onOutput: (line) => told.push(line),
    });
    await expect(building).rejects.toThrow(/^local\.build: "echo no such module.*" ended with exit code 3\.$/);
    expect(told).toEqual(['first', 'no such module']);
  });

  test('without CMD and ENTRYPOINT is built for a service that says what runs, and refused for one that does not', async () => {
    const context = files('a', { Dockerfile: 'FROM debian:12\nCOPY . .' });
    await expect(build(context, { command: null })).rejects.toThrow(
      'Dockerfile: neither CMD nor ENTRYPOINT says what runs, and those of FROM debian:12 are not known: base images are not read here. Add a CMD, or give the service a "command".',
    );
    await using built = await build(context, { command: ['node', 'main.js'] });
    expect(built.config.command).toBeNull();
  });

  test('without CMD and ENTRYPOINT on a known base image has a note of what will be run', async () => {
    const context = files('a', { Dockerfile: 'FROM node:22\nCOPY . .' });
    const note = 'Dockerfile: neither CMD nor ENTRYPOINT says what runs: "node" will be run, as FROM node:22 has it.';
    await using built = await build(context, { command: null });
    expect(built.notes).toContain(note);
    await using other = await build(context, { command: ['node', 'main.js'] });
    expect(other.notes).not.toContain(note);
  });

  test('is not built without a Dockerfile', async () => {
    await expect(build(files('a', { x: '' }))).rejects.toThrow(/a has no Dockerfile: write one/);
  });

  test('names the line of .dockerignore that hides what COPY wants', async () => {
    const context = files('a', { Dockerfile: 'FROM x\nCOPY dist .', '.dockerignore': '# no\ndist' });
    await expect(build(context)).rejects.toThrow(
      'Dockerfile:2: "dist" is not in the context. .dockerignore:2 ("dist") leaves it out; what a RUN makes, local.build has to make.',
    );
  });

  test('stops at once when it is interrupted, with the command it runs', async () => {
    const stop = new AbortController();
    const building = build(files('a', node), {
      build: ['echo $$; sleep 60 & echo $!; wait'],
      signal: stop.signal,
      onOutput: (line) => {
        pids.push(Number(line));
        if (pids.length === 2) stop.abort(new Error('interrupted'));
      },
    });
    const pids: number[] = [];
    await expect(building).rejects.toThrow('interrupted');
    await expect.poll(() => pids.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});

describe('the image store', () => {
  test('takes an image, and finds it by digest and by tag, also when it is opened again', async () => {
    const store = await openImageStore({ dataDir: folder });
    await using image = await build(files('a', node));
    const sent = { repository: 'team/api', tag: 'v1', region: 'eu-west-1', digest: image.digest };
    const { reference } = await store.receive(image.archive(), sent);
    expect(reference).toBe(`000000000000.dkr.ecr.eu-west-1.amazonaws.com/team/api@${image.digest}`);
    for (const opened of [store, await openImageStore({ dataDir: folder })]) {
      for (const name of [reference, 'team/api:v1', `x.dkr.ecr.eu-west-1.amazonaws.com/other@${image.digest}`]) {
        expect(opened.find(name)).toMatchObject({ digest: image.digest, names: ['team/api:v1'] });
      }
      expect(opened.find('team/api')).toBeUndefined();
      expect(opened.find('no reference')).toBeUndefined();
    }
    expect(readFileSync(join(store.find('team/api:v1')?.folder ?? '', 'app/server.js'), 'utf8')).toBe('1');
  });

  test('moves a tag to the newest image, keeps the older one by digest, and removes', async () => {
    const store = await openImageStore({ dataDir: folder });
    const context = files('a', node);
    await using first = await build(context);
    await store.receive(first.archive(), { repository: 'api', tag: 'latest' });
    writeFileSync(join(context, 'server.js'), '2');
    await using second = await build(context);
    await store.receive(second.archive(), { repository: 'api', tag: 'latest' });
    expect(store.find('api')?.digest).toBe(second.digest);
    expect(store.find(`api@${first.digest}`)).toBeDefined();
    expect(await store.remove(second.digest)).toBe(true);
    expect(await store.remove(second.digest)).toBe(false);
    expect(store.list().map(({ digest }) => digest)).toEqual([first.digest]);
    expect(existsSync(join(folder, 'images', second.digest.slice(7)))).toBe(false);
  });

  test('takes the same image several times at once', async () => {
    const store = await openImageStore({ dataDir: folder });
    await using image = await build(files('a', node));
    const names = ['a1', 'a2', 'a3'];
    await Promise.all(names.map((repository) => store.receive(image.archive(), { repository })));
    expect(store.list()).toMatchObject([{ digest: image.digest, names }]);
  });

  test('refuses what is damaged or not what its sender says, and stores nothing of it', async () => {
    const store = await openImageStore({ dataDir: folder });
    await using image = await build(files('a', node));
    const bytes = await bytesOf(image);
    const content = bytes.indexOf('1\0', bytes.indexOf('app/server.js') + 512);
    const cases: readonly [Buffer, string, string][] = [
      [
        Buffer.concat([bytes.subarray(0, content), Buffer.from('2'), bytes.subarray(content + 1)]),
        image.digest,
        'its layer is sha256:',
      ],
      [bytes, `sha256:${'0'.repeat(64)}`, 'Send it again.'],
      [bytes.subarray(0, bytes.length / 2), image.digest, 'the archive ends too early'],
      [Buffer.from('hello'.repeat(200)), image.digest, 'this is no tar archive'],
      [Buffer.alloc(1024), image.digest, 'it has no manifest.json and layer.tar'],
    ];
    for (const [sent, digest, message] of cases) {
      const taken = store.receive(chunks(sent), { repository: 'api', digest });
      await expect(taken).rejects.toThrow(message);
      await expect(taken).rejects.toBeInstanceOf(ImageRefused);
    }
    await expect(store.receive(chunks(bytes), { repository: '../x' })).rejects.toThrow('"../x" is no repository name');
    expect(store.list()).toEqual([]);
    expect(readdirSync(join(folder, 'images'))).toEqual([]);
  });

  test.each([
    ['a path above the image', ['f ../../escaped']],
    ['an absolute path', ['f /tmp/escaped']],
    ['a link that leads out', ['l a -> ../../x']],
    ['a file written through a link', ['l a -> /tmp', 'f a/escaped']],
    ['a file that comes twice', ['f a', 'f a']],
    ['a device', ['d null']],
    ['a folder that is a file', ['f a', 'f a/b']],
  ])('refuses %s', async (_, entries) => {
    const store = await openImageStore({ dataDir: folder });
    const archive = archiveOf(entries);
    await expect(store.receive(chunks(archive), { repository: 'api' })).rejects.toBeInstanceOf(ImageRefused);
    expect(store.list()).toEqual([]);
    expect(existsSync('/tmp/escaped')).toBe(false);
  });

  test('takes the same kind of archive when nothing in it leads out', async () => {
    const store = await openImageStore({ dataDir: folder });
    await store.receive(chunks(archiveOf(['f a', 'l b/c -> ../a'])), { repository: 'api' });
    expect(store.list()).toHaveLength(1);
  });
});

describe('an upload', () => {
  test('is one POST of the archive, answered with the reference', async () => {
    const store = await openImageStore({ dataDir: folder });
    const server = createServer((request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      store
        .receive(request, { repository: query.get('repository') ?? '', digest: query.get('digest') ?? '' })
        .then((taken) => response.end(JSON.stringify(taken)))
        .catch((error: Error) => response.writeHead(400).end(JSON.stringify({ message: error.message })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using image = await build(files('a', node));
    const upload = (repository: string) =>
      uploadImage({ endpoint, repository, region: 'us-east-1', image, signal: never });
    expect(await upload('api')).toBe(`000000000000.dkr.ecr.us-east-1.amazonaws.com/api@${image.digest}`);
    await expect(upload('API')).rejects.toThrow(`did not take the image: "API" is no repository name`);
    await new Promise((resolve) => server.close(resolve));
    await expect(upload('api')).rejects.toThrow(
      `cannot reach the local runtime at ${endpoint}. Start it: teal local start.`,
    );
  });
});

async function bytesOf(image: BuiltImage): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of image.archive()) parts.push(part);
  const bytes = Buffer.concat(parts);
  expect(bytes.length).toBe(image.size);
  return bytes;
}

async function contentOf(image: BuiltImage): Promise<readonly string[]> {
  const store = await openImageStore({
    dataDir: join(folder, createHash('sha256').update(image.digest).digest('hex')),
  });
  const { reference } = await store.receive(image.archive(), { repository: 'content' });
  return readdirSync(store.find(reference)?.folder ?? '', { recursive: true, encoding: 'utf8' }).sort();
}

/** An image with these entries: `f path`, `l path -> target`, `d path` (a device). */
function archiveOf(entries: readonly string[]): Buffer {
  const headers = entries.map((entry) => {
    const [path = '', target = ''] = entry.slice(2).split(' -> ');
    const header = Buffer.from(tarHeader({ path, kind: target ? 'link' : 'file', size: 0, executable: false, target }));
    // Type 3 is a character device: the sum over the header grows by 3 too.
    if (entry.startsWith('d ')) {
      const sum = Number.parseInt(header.toString('latin1', 148, 154), 8);
      header.write('3', 156, 'latin1');
      header.write((sum + 3).toString(8).padStart(6, '0'), 148, 'latin1');
    }
    return header;
  });
  const layer = Buffer.concat([...headers, tarEnd()]);
  const config = {
    base: 'x',
    environment: {},
    workingDirectory: '/',
    entryPoint: null,
    command: null,
    stopSignal: 'SIGTERM',
    roots: [],
  };
  const digest = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const manifest = Buffer.from(JSON.stringify({ schema: 1, config, layer: { digest, size: layer.length } }));
  const files = [
    ['manifest.json', manifest],
    ['layer.tar', layer],
  ] as const;
  return Buffer.concat([
    ...files.flatMap(([path, body]) => [
      tarHeader({ path, kind: 'file', size: body.length, executable: false, target: '' }),
      body,
      tarPadding(body.length),
    ]),
    tarEnd(),
  ]);
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
