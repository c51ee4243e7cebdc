import { PassThrough, type Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { demultiplex } from './demultiplex.ts';

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

const textOf = async (stream: Readable): Promise<string> => {
  let text = '';
  for await (const part of stream) text += part;
  return text;
};

test('both streams of a container are told apart, wherever its frames are cut', async () => {
  const bytes = Buffer.concat([frame(1, 'one\n'), frame(2, 'wrong\n'), frame(1, ''), frame(1, 'two\n')]);
  for (let size = 1; size <= bytes.length; size++) {
    const source = new PassThrough();
    const { stdout, stderr } = demultiplex(source);
    const texts = Promise.all([textOf(stdout), textOf(stderr)]);
    for (let at = 0; at < bytes.length; at += size) source.write(bytes.subarray(at, at + size));
    source.end();
    expect(await texts).toEqual(['one\ntwo\n', 'wrong\n']);
  }
});

test('a connection that breaks ends both streams', async () => {
  const source = new PassThrough();
  const { stdout, stderr } = demultiplex(source);
  const texts = Promise.all([textOf(stdout), textOf(stderr)]);
  source.write(frame(1, 'half').subarray(0, 10));
  source.destroy(new Error('reset'));
  expect(await texts).toEqual(['', '']);
});
