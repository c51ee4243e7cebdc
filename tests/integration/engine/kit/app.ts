import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a version of the test application does wrong; all of them serve the load of the demo. */
export type Fault =
  | 'none'
  /** Ends right after its start, with a last line in its log. */
  | 'crashes'
  /** `GET /ready` answers 500; its health check does not notice. */
  | 'not-ready'
  /** Answers 503 to all but the health check above so many requests per second. */
  | { readonly failsAbovePerSecond: number }
  /** Takes so long for each answer but the health check's. */
  | { readonly slowMs: number }
  /** Answers 500 on this path alone, which nobody but clients asks for. */
  | { readonly failsAt: string };

export interface Version {
  readonly name: string;
  readonly fault?: Fault;
}

/** Writes a version of the application, with its Dockerfile, into `folder`. */
export function writeNodeApp(folder: string, { name, fault = 'none' }: Version): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'server.cjs'), nodeSource);
  writeFileSync(join(folder, 'version.json'), JSON.stringify({ name, fault }));
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM node:22-alpine\nWORKDIR /app\nCOPY server.cjs version.json ./\nEXPOSE 8080\nCMD ["node", "server.cjs"]\n',
  );
}

/** The same answers as far as probes and short reads go, from Python's own HTTP server. */
export function writePythonApp(folder: string, { name }: Version): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'server.py'), pythonSource);
  writeFileSync(join(folder, 'version.json'), JSON.stringify({ name }));
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM python:3.12-slim\nWORKDIR /app\nCOPY server.py version.json ./\nEXPOSE 8080\nCMD ["python3", "-u", "server.py"]\n',
  );
}

/** Keeps no state: any task gives the same answer, so that what two colours answer can be compared. */
const nodeSource = `const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { name, fault } = JSON.parse(readFileSync(join(__dirname, 'version.json'), 'utf8'));
const revision = process.env.TEAL_REVISION ?? 'none';
const color = process.env.TEAL_COLOR ?? 'none';

if (fault === 'crashes') {
  console.error('LAST WORDS: the database is not reachable');
  process.exit(3);
}

let second = 0;
let inSecond = 0;
function tooMany() {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) { second = now; inSecond = 0; }
  inSecond += 1;
  return inSecond > fault.failsAbovePerSecond;
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/health') return answer(response, 200, { status: 'ok' });
  if (pathname === '/ready') return answer(response, fault === 'not-ready' ? 500 : 200, { ready: fault !== 'not-ready' });
  if (pathname === fault.failsAt) return answer(response, 500, { error: 'broken' });
  if (fault.failsAbovePerSecond !== undefined && tooMany()) return answer(response, 503, { error: 'too many' });
  if (fault.slowMs !== undefined) return setTimeout(() => serve(request, response, pathname, searchParams), fault.slowMs);
  serve(request, response, pathname, searchParams);
});

function serve(request, response, pathname, searchParams) {
  const item = /^\\/items\\/(\\d+)$/.exec(pathname);
  if (pathname === '/version') return answer(response, 200, { version: name, revision, color, pid: process.pid });
  if (pathname === '/stream') return stream(response, Number(searchParams.get('seconds')));
  if (pathname === '/work') return answer(response, 200, { busyMs: work(12_000) });
  if (pathname === '/secret') return answer(response, 200, { length: (process.env.PLANTED ?? '').length });
  if (item) return read(request, () => answer(response, 200, { id: Number(item[1]) }));
  if (pathname === '/upload') return read(request, (bytes) => answer(response, 200, { bytes }));
  if (pathname === '/items' && request.method === 'POST') return read(request, () => answer(response, 201, { id: 1 + Math.floor(Math.random() * 1e6) }));
  if (pathname === '/items') return answer(response, 200, { count: 0, items: [] });
  answer(response, 404, { error: 'not found' });
}

/** Takes so many microseconds of a processor, however long they last on a busy machine. */
function work(microseconds) {
  const end = process.cpuUsage().user + microseconds;
  while (process.cpuUsage().user < end);
  return microseconds / 1000;
}

function read(request, done) {
  let bytes = 0;
  request.on('data', (chunk) => { bytes += chunk.length; });
  request.on('end', () => done(bytes));
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json', 'x-items-version': name, 'x-items-colour': color });
  response.end(JSON.stringify(body));
}

function stream(response, seconds) {
  response.writeHead(200, { 'content-type': 'text/plain', 'x-items-version': name, 'x-items-colour': color });
  let sent = 0;
  response.write('0\\n');
  const timer = setInterval(() => {
    sent += 1;
    if (sent < 10) return response.write(sent + '\\n');
    clearInterval(timer);
    response.end('10\\nend\\n');
  }, seconds * 100);
}

server.listen(Number(process.env.PORT), () => console.log('version ' + name + ' listens'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

const pythonSource = `import json, os, signal, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'version.json')))['name']
REVISION = os.environ.get('TEAL_REVISION', 'none')
COLOR = os.environ.get('TEAL_COLOR', 'none')


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        path = self.path.split('?')[0]
        if path in ('/health', '/ready'):
            return self.answer(200, {'status': 'ok'})
        if path == '/version':
            return self.answer(200, {'version': NAME, 'revision': REVISION, 'color': COLOR, 'pid': os.getpid()})
        self.answer(404, {'error': 'not found'})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(data)))
        self.send_header('x-items-version', NAME)
        self.send_header('x-items-colour', COLOR)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


server = Server(('', int(os.environ['PORT'])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print('version', NAME, 'listens')
server.serve_forever()
`;
