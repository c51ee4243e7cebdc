import { PassThrough, type Readable } from 'node:stream';

export interface ContainerOutput {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Splits an attached container's stream: frames of a byte for the stream (1 or 2), three of nothing, four for the
 * size, and so many of output (Docker Engine API, ContainerAttach). Ends, with both, when it breaks.
 */
export function demultiplex(source: Readable): ContainerOutput {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let rest: Buffer = Buffer.alloc(0);
  source.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headerSize) {
      const end = headerSize + rest.readUInt32BE(4);
      if (rest.length < end) break;
      (rest[0] === 2 ? stderr : stdout).write(rest.subarray(headerSize, end));
      rest = rest.subarray(end);
    }
  });
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    stdout.end();
    stderr.end();
  };
  for (const event of ['end', 'close', 'error']) source.on(event, end);
  return { stdout, stderr };
}

const headerSize = 8;
