import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a version of the application that the bench deploys: it answers at once, and says which version it is. */
export function writeApp(folder: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'server.cjs'), source);
  writeFileSync(join(folder, 'version.json'), JSON.stringify({ version }));
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM node:22-alpine\nWORKDIR /app\nCOPY server.cjs version.json ./\nEXPOSE 8080\nCMD ["node", "server.cjs"]\n',
  );
}

// The colour is known to those whom teal has started; by hand the version is told instead.
const source = `const { createServer } = require('node:http');
const { version } = require('./version.json');
const head = { 'x-color': version, 'x-revision': process.env.TEAL_REVISION || 'none', 'content-length': 3 };
const server = createServer((request, response) => response.writeHead(200, head).end('ok\\n'));
server.keepAliveTimeout = 75000;
server.listen(Number(process.env.PORT));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;
