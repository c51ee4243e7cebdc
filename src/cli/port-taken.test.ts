import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { portTakenText } from './runtime-process.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A program that has a port and answers everything with this. */
function aProgram(body: string): Promise<number> {
  const server = createServer((_request, response) => response.end(body));
  opened.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

test('a runtime that has the port is named by its process and its data folder', async () => {
  const port = await aProgram(JSON.stringify({ name: 'teal', pid: 4711, dataDir: '/data/ann' }));
  const text = await portTakenText(port);
  expect(text).toContain(`has port ${port}: process 4711, data folder /data/ann`);
  expect(text).toContain('kill 4711');
});

test('another program that has the port leaves the command that takes a free one', async () => {
  const text = await portTakenText(await aProgram('<html>'));
  expect(text).toContain('is taken by another program');
  expect(text).toContain('"teal local start --port 0", then run the command again');
});
