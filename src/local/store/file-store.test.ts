import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type FileStore, openFileStore } from './file-store.ts';
import { memoryStore } from './memory-store.ts';
import { prefixedStore } from './prefixed-store.ts';
import type { Store } from './store.ts';

const folders: string[] = [];
const opened: FileStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store[Symbol.asyncDispose]();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'teal-store-'));
  folders.push(folder);
  return folder;
}

const openIn = (folder: string, compactAfter = 1_000_000): Promise<FileStore> =>
  openFileStore({ folder, isSecret: (name) => name.endsWith('secrets'), compactAfter });

const logIn = (folder: string): string =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => name.startsWith('log-'))
      .sort()
      .at(-1) ?? '',
  );

const behavesAsStore = (open: () => Promise<Store>) => {
  test('yields documents in order of keys, whatever the order of writing', async () => {
    const things = (await open()).collection<number>('things');
    for (const [key, value] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      things.put(key, value);
    expect(things.entries()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect([...things.range('a', 'c')]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect([...things.range('b', 'z', 'descending')]).toEqual([
      ['c', 3],
      ['b', 2],
    ]);
  });

  test('replaces, deletes and drops', async () => {
    const store = await open();
    const things = store.collection<{ n: number }>('things');
    things.put('a', { n: 1 });
    things.put('a', { n: 2 });
    things.put('b', { n: 3 });
    things.delete('b');
    expect(things.size).toBe(1);
    expect(store.collection<{ n: number }>('things').get('a')).toEqual({ n: 2 });
    expect(store.names()).toEqual(['things']);
    store.drop('things');
    expect(things.entries()).toEqual([]);
    expect(store.names()).toEqual([]);
  });

  test('changes during an iteration over the entries do not disturb it', async () => {
    const things = (await open()).collection<number>('things');
    things.put('a', 1);
    things.put('b', 2);
    const seen = things.entries().map(([key]) => {
      things.delete(key);
      things.put(`${key}${key}`, 0);
      return key;
    });
    expect(seen).toEqual(['a', 'b']);
    expect(things.entries().map(([key]) => key)).toEqual(['aa', 'bb']);
  });

  test('worlds with different prefixes do not see each other', async () => {
    const store = await open();
    prefixedStore(store, 'one/').collection<number>('x').put('a', 1);
    const other = prefixedStore(store, 'two/');
    expect(other.collection('x').size).toBe(0);
    expect(other.names()).toEqual([]);
    expect(prefixedStore(store, 'one/').names()).toEqual(['x']);
  });
};

describe('a store in memory', () => behavesAsStore(async () => memoryStore()));
describe('a store on disk', () =>
  behavesAsStore(async () => {
    const store = await openIn(aFolder());
    opened.push(store);
    return store;
  }));

describe('a store on disk, opened again', () => {
  test('has all that was durable', async () => {
    const folder = aFolder();
    {
      await using store = await openIn(folder);
      store.collection('a').put('x', { deep: ['ü', null, 1.5] });
      store.collection('a').put('gone', 1);
      store.collection('a').delete('gone');
      store.collection('b').put('y', 2);
      store.drop('b');
      await store.durable();
    }
    await using again = await openIn(folder);
    expect(again.collection('a').entries()).toEqual([['x', { deep: ['ü', null, 1.5] }]]);
    expect(again.names()).toEqual(['a']);
  });

  test('drops a torn last line, and goes on after it', async () => {
    const folder = aFolder();
    {
      await using store = await openIn(folder);
      store.collection('a').put('x', 1);
      await store.durable();
    }
    appendFileSync(logIn(folder), '0badc0de ["a","y",{"pla');
    {
      await using again = await openIn(folder);
      expect(again.collection('a').entries()).toEqual([['x', 1]]);
      again.collection('a').put('z', 3);
      await again.durable();
    }
    await using third = await openIn(folder);
    expect(third.collection('a').entries()).toEqual([
      ['x', 1],
      ['z', 3],
    ]);
  });

  test('refuses an earlier damaged line, and names file and line', async () => {
    const folder = aFolder();
    {
      await using store = await openIn(folder);
      for (const key of ['x', 'y', 'z']) store.collection('a').put(key, 1);
      await store.durable();
    }
    const log = logIn(folder);
    writeFileSync(log, readFileSync(log, 'utf8').replace('"y"', '"q"'));
    await expect(openIn(folder)).rejects.toThrow(`${log}:2: this record is damaged`);
  });

  test('replaces a long log by a snapshot, and loses nothing', async () => {
    const folder = aFolder();
    {
      await using store = await openIn(folder, 10_000);
      for (let round = 0; round < 40; round++) {
        for (let key = 0; key < 20; key++) store.collection('a').put(`k${key}`, { round, filler: 'x'.repeat(50) });
        await store.durable();
      }
    }
    const size = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(size).toBeLessThan(30_000);
    expect(readdirSync(folder).filter((name) => name.startsWith('snapshot-'))).toHaveLength(1);
    await using again = await openIn(folder);
    expect(
      again
        .collection<{ round: number }>('a')
        .entries()
        .map(([, { round }]) => round),
    ).toEqual(Array.from({ length: 20 }, () => 39));
  });

  test('reads secrets back that stand readable in no file', async () => {
    const folder = aFolder();
    {
      await using store = await openIn(folder);
      store.collection('secrets').put('password', 'correct horse');
      await store.durable();
    }
    const all = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
    expect(all).not.toContain('correct horse');
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    await using again = await openIn(folder);
    expect(again.collection('secrets').get('password')).toBe('correct horse');
  });
});

test('waiting for a write ends though others go on writing', async () => {
  await using store = await openIn(aFolder());
  let writing = true;
  const busy = (async () => {
    while (writing) {
      store.collection('a').put('busy', 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  store.collection('a').put('mine', 1);
  await store.durable();
  writing = false;
  await busy;
  expect(store.collection('a').get('mine')).toBe(1);
});

test('a write that fails is told to whoever waits, then and later', async () => {
  const folder = aFolder();
  const store = await openIn(folder);
  await store[Symbol.asyncDispose]();
  store.collection('a').put('x', 1);
  await expect(store.durable()).rejects.toThrow('could not be written to disk');
  await expect(store.durable()).rejects.toThrow('could not be written to disk');
});
