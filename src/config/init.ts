import { assert } from '../base/index.ts';
import { jsonSchemas } from './json-schemas.ts';
import { nameProblem } from './names.ts';

/** A file to write: its path from the project's root, with `/` between names. */
export interface ProjectFileText {
  readonly path: string;
  readonly content: string;
}

/** A project that deploys as it is: one service with a small server in Node. `name` must be a service's name. */
export function scaffold({ name }: { readonly name: string }): readonly ProjectFileText[] {
  const problem = nameProblem('service', name);
  assert(problem === undefined, `"${name}": ${problem}`);
  return [
    { path: 'teal.json', content: json({ $schema: './.teal/project.schema.json', name }) },
    { path: `services/${name}.json`, content: json(service) },
    { path: 'app/server.js', content: server },
    { path: 'app/Dockerfile', content: dockerfile },
    { path: 'app/.dockerignore', content: 'Dockerfile\n.dockerignore\nnode_modules\n' },
    { path: '.gitignore', content: '.teal/*\n!.teal/terraform/\nnode_modules/\n' },
    { path: 'README.md', content: readme(name) },
    ...jsonSchemas().map((schema) => ({ path: `.teal/${schema.name}`, content: schema.content })),
  ];
}

/** A name for a project in a folder of this name: "My Shop" → "my-shop". */
export function nameFromFolder(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-$/, '');
  return nameProblem('service', name) === undefined ? name : 'app';
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Short times: who tries it out wants to see it end. */
const service = {
  $schema: '../.teal/service.schema.json',
  image: { build: '../app' },
  port: 8080,
  routes: [{ path: '/*', priority: 10 }],
  targetHealthCheck: { path: '/health', interval: '5s', timeout: '2s' },
  deregistrationDelay: '5s',
  stopTimeout: '10s',
  deployment: {
    strategy: { canary: { weight: 10, bake: '10s' } },
    bake: '10s',
    keepWarm: '15m',
    identity: { path: '/version', json: '$.revision' },
    verification: [{ http: '/health', status: 200, contains: 'ok', maxLatency: '500ms' }],
  },
};

const server = `const { createServer } = require('node:http');

// Change this and deploy again: requests move to the new version, none of them fails.
const version = '1';

const port = Number(process.env.PORT ?? 8080);
// teal sets these; they tell which revision answered.
const revision = process.env.TEAL_REVISION ?? 'none';
const color = process.env.TEAL_COLOR ?? 'none';

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/health') return answer(response, 200, { status: 'ok' });
  if (pathname === '/version') return answer(response, 200, { version, revision, color });
  if (pathname === '/') return answer(response, 200, { hello: 'world', version });
  answer(response, 404, { error: 'not found' });
});

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body) + '\\n');
}

server.listen(port, () => console.log(\`version \${version} listens on port \${port}\`));

// Told to stop: finish what has begun, take nothing new.
process.on('SIGTERM', () => {
  console.log('stopping');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

const dockerfile = `FROM node:22-alpine
WORKDIR /app
COPY server.js ./
ENV NODE_ENV=production
EXPOSE 8080
USER node
CMD ["node", "server.js"]
`;

const readme = (name: string): string => `# ${name}

A service that is deployed blue/green: \`services/${name}.json\` says how, \`app/\` is what runs.

    teal validate         # is everything right?
    teal plan ${name}      # what would happen?
    teal deploy ${name}    # do it, on the runtime of this machine
    teal status           # where is it, and where does traffic go?
    teal rollback ${name}  # back to the version before, at once

Change \`version\` in \`app/server.js\`, deploy again, and watch requests move over.
`;
