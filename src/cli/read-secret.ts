import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError } from './cli-error.ts';

/** A value from stdin: what is piped in, less one line end, or what is typed at a terminal, which does not show it. */
export async function readSecret(): Promise<string> {
  const value = process.stdin.isTTY ? await typed() : await piped();
  if (value === '')
    throw new CliError(
      'usage',
      'No value came from stdin: printf %s "$VALUE" | teal secret put <name>. Nothing was changed.',
    );
  return value;
}

async function piped(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

async function typed(): Promise<string> {
  process.stderr.write('Value (it is not shown): ');
  const silent = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(''), ended]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
