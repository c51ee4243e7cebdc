import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Collections, createCollections } from './collections.ts';
import { type RecordFormat, recordFormat } from './record.ts';
import { sealWithKeyFile } from './seal.ts';
import type { Store } from './store.ts';

/** A store whose changes outlive the process, and `kill -9` of it. */
export interface FileStore extends Store, AsyncDisposable {
  /** Resolves when all changes made so far are on disk. Rejects once a write has failed, and from then on. */
  durable(): Promise<void>;
}

export interface FileStoreOptions {
  /** Made when it is missing. One process at a time may have it open. */
  readonly folder: string;
  /** Collections whose documents are encrypted on disk. */
  readonly isSecret: (collection: string) => boolean;
  /** A log longer than this (in bytes), and than twice the snapshot, is replaced by a snapshot. */
  readonly compactAfter?: number;
}

/**
 * An append-only log and a snapshot in `folder`: `log-<n>` holds the changes made after `snapshot-<n>`. All changes
 * of a turn of the event loop share one write and one fdatasync.
 * @throws Error that names file and line where a file is broken elsewhere than in its torn last line
 */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const format = recordFormat(sealWithKeyFile(join(folder, 'key')), options.isSecret);
  const writer = { add: (_line: string) => {} };
  const collections = createCollections((change) => writer.add(format.write(change)));
  const found = load(folder, format, collections);
  const log = await Log.open(folder, format, collections, found, options.compactAfter ?? 4_000_000);
  writer.add = (line) => log.add(line);
  return {
    collection: collections.collection,
    drop: collections.drop,
    names: collections.names,
    durable: () => log.durable(),
    [Symbol.asyncDispose]: () => log.close(),
  };
}

interface Found {
  readonly generation: number;
  readonly snapshotBytes: number;
  readonly logBytes: number;
}

/** Reads the newest snapshot and all logs since, and removes what is older. */
function load(folder: string, format: RecordFormat, into: Collections): Found {
  const names = readdirSync(folder);
  const generations = (kind: string) =>
    names
      .flatMap((name) => new RegExp(`^${kind}-(\\d{8})\\.jsonl$`).exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  const snapshot = generations('snapshot').at(-1) ?? 0;
  const logs = generations('log').filter((generation) => generation >= snapshot);
  const last = logs.at(-1) ?? snapshot;
  const snapshotBytes = snapshot > 0 ? replay(fileOf(folder, 'snapshot', snapshot), 'whole', format, into) : 0;
  let logBytes = 0;
  for (const generation of logs) {
    logBytes = replay(fileOf(folder, 'log', generation), generation === last ? 'may-be-torn' : 'whole', format, into);
  }
  for (const name of names) {
    const generation = Number(/^(?:snapshot|log)-(\d{8})\.jsonl$/.exec(name)?.[1] ?? snapshot);
    if (generation < snapshot || name.endsWith('.part')) rmSync(join(folder, name));
  }
  return { generation: last, snapshotBytes, logBytes };
}

/** Returns the length in bytes of what was read; a torn last line is cut off. */
function replay(file: string, state: 'whole' | 'may-be-torn', format: RecordFormat, into: Collections): number {
  const bytes = readFileSync(file);
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const change = end < 0 ? undefined : format.read(bytes.toString('utf8', start, end));
    if (!change) {
      const isLast = end < 0 || end === bytes.length - 1;
      if (!isLast || state === 'whole') {
        throw new Error(
          `${file}:${line}: this record is damaged (its checksum does not fit). Restore the file from a backup, or remove its folder to begin empty.`,
        );
      }
      truncateSync(file, start);
      return start;
    }
    into.apply(change);
    start = end + 1;
  }
  return start;
}

interface Failure {
  readonly cause: unknown;
}

/** The changes of one write, and who waits for it. */
interface Batch {
  readonly lines: string[];
  readonly settle: ((failure: Failure | undefined) => void)[];
}

const emptyBatch = (): Batch => ({ lines: [], settle: [] });
const broken = (cause: unknown): Error => new Error('The state could not be written to disk.', { cause });

class Log {
  readonly #folder: string;
  readonly #format: RecordFormat;
  readonly #collections: Collections;
  readonly #compactAfter: number;
  #handle: FileHandle;
  #generation: number;
  #snapshotBytes: number;
  #logBytes: number;
  #pending: Batch = emptyBatch();
  #writing: Batch | undefined;
  #compacting: Promise<void> | undefined;
  #failure: Failure | undefined;
  #running = false;

  static async open(
    folder: string,
    format: RecordFormat,
    collections: Collections,
    found: Found,
    compactAfter: number,
  ): Promise<Log> {
    const handle = await open(fileOf(folder, 'log', found.generation), 'a', 0o600);
    await syncFolder(folder);
    return new Log(folder, format, collections, found, compactAfter, handle);
  }

  private constructor(
    folder: string,
    format: RecordFormat,
    collections: Collections,
    found: Found,
    compactAfter: number,
    handle: FileHandle,
  ) {
    this.#folder = folder;
    this.#format = format;
    this.#collections = collections;
    this.#compactAfter = compactAfter;
    this.#handle = handle;
    this.#generation = found.generation;
    this.#snapshotBytes = found.snapshotBytes;
    this.#logBytes = found.logBytes;
  }

  add(line: string): void {
    if (this.#failure) return;
    this.#pending.lines.push(line);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  durable(): Promise<void> {
    if (this.#failure) return Promise.reject(broken(this.#failure.cause));
    const batch = this.#pending.lines.length > 0 ? this.#pending : this.#writing;
    if (!batch) return Promise.resolve();
    return new Promise((resolve, reject) => {
      batch.settle.push((failure) => (failure ? reject(broken(failure.cause)) : resolve()));
    });
  }

  async close(): Promise<void> {
    await this.durable().catch(() => {});
    await this.#compacting;
    await this.#handle.close();
  }

  /** Writes batch after batch until nothing is pending. */
  async #run(): Promise<void> {
    while (this.#pending.lines.length > 0) {
      await nextTurn();
      const batch = this.#pending;
      this.#writing = batch;
      this.#pending = emptyBatch();
      try {
        await this.#write(Buffer.from(batch.lines.join('')));
      } catch (cause) {
        this.#failure = { cause };
        for (const settle of this.#pending.settle.splice(0)) settle(this.#failure);
        this.#pending = emptyBatch();
      }
      this.#writing = undefined;
      for (const settle of batch.settle) settle(this.#failure);
    }
    this.#running = false;
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#handle.appendFile(bytes);
    await this.#handle.datasync();
    this.#logBytes += bytes.length;
    if (this.#logBytes > Math.max(this.#compactAfter, 2 * this.#snapshotBytes) && !this.#compacting) {
      await this.#beginCompaction();
    }
  }

  /** New changes go to a new log at once; the snapshot that it belongs to is written beside the work. */
  async #beginCompaction(): Promise<void> {
    const generation = this.#generation + 1;
    const next = await open(fileOf(this.#folder, 'log', generation), 'ax', 0o600);
    await syncFolder(this.#folder);
    await this.#handle.close();
    this.#handle = next;
    this.#generation = generation;
    this.#logBytes = 0;
    this.#compacting = this.#writeSnapshot(generation)
      .catch((cause: unknown) => {
        this.#failure = { cause };
      })
      .finally(() => {
        this.#compacting = undefined;
      });
  }

  async #writeSnapshot(generation: number): Promise<void> {
    const contents = this.#collections.contents();
    const part = `${fileOf(this.#folder, 'snapshot', generation)}.part`;
    const handle = await open(part, 'w', 0o600);
    let written = 0;
    for (let at = 0; at < contents.length; at += 200) {
      const slice = contents.slice(at, at + 200).map((change) => this.#format.write(change));
      const bytes = Buffer.from(slice.join(''));
      await handle.appendFile(bytes);
      written += bytes.length;
    }
    await handle.datasync();
    await handle.close();
    await rename(part, fileOf(this.#folder, 'snapshot', generation));
    await syncFolder(this.#folder);
    this.#snapshotBytes = written;
    await rm(fileOf(this.#folder, 'log', generation - 1), { force: true });
    await rm(fileOf(this.#folder, 'snapshot', generation - 1), { force: true });
  }
}

const fileOf = (folder: string, kind: 'log' | 'snapshot', generation: number): string =>
  join(folder, `${kind}-${String(generation).padStart(8, '0')}.jsonl`);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
