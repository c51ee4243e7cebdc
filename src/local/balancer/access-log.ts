import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancel, Clock } from '../../base/index.ts';
import { ms } from '../../base/index.ts';
import { type AccessLogEntry, accessLogLine } from './access-log-line.ts';

/** Where finished requests are written. `write` never waits. */
export interface AccessLog {
  write(loadBalancerName: string, entry: AccessLogEntry): void;
  /** Resolves when all that was written so far is in the files. */
  flush(): Promise<void>;
  /** Flushes; nothing may be written afterwards. */
  close(): Promise<void>;
}

const flushEvery = ms(200);

/**
 * One file per load balancer, `<folder>/<name>.log`, in the fields of ALB/load-balancer-access-logs. One that has grown
 * beyond `rotateAtBytes` becomes `<name>.log.1`, in place of the one before.
 */
export function openAccessLog(folder: string, clock: Clock, rotateAtBytes = 256 * 1024 * 1024): AccessLog {
  const waiting = new Map<string, string[]>();
  let timer: Cancel | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeAll = async (): Promise<void> => {
    const batches = [...waiting];
    waiting.clear();
    if (batches.length === 0) return;
    await mkdir(folder, { recursive: true });
    for (const [name, lines] of batches) await append(join(folder, `${name}.log`), lines.join(''), rotateAtBytes);
  };
  const flush = (): Promise<void> => {
    timer?.();
    timer = undefined;
    writing = writing.then(writeAll, writeAll);
    return writing;
  };
  // A full disk must not end the balancer: those lines are lost, the next are tried again.
  const flushQuietly = (): void => void flush().catch(() => {});

  return {
    write(name, entry) {
      const lines = waiting.get(name);
      const line = accessLogLine(entry);
      if (lines) lines.push(line);
      else waiting.set(name, [line]);
      timer ??= clock.after(flushEvery, flushQuietly, { unref: true });
    },
    flush,
    close: flush,
  };
}

async function append(file: string, text: string, rotateAtBytes: number): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > rotateAtBytes) await rename(file, `${file}.1`);
  const handle = await open(file, 'a');
  try {
    await handle.appendFile(text);
  } finally {
    await handle.close();
  }
}
