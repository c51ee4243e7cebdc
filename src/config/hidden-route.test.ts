import { expect, test } from 'vitest';
import { aProject, aServiceFile, texts } from './testing.ts';

interface Route {
  readonly host?: string;
  readonly path?: string;
  readonly priority: number;
}

/** What is said of `api` beside another service `web`. */
function problems(web: Route, api: Route, fields: object = {}): string[] {
  const services = { web: aServiceFile({ routes: [web] }), api: aServiceFile({ routes: [api], ...fields }) };
  const project = aProject({ services });
  return project.ok ? [] : texts(project.error);
}

test('a route behind one that takes all of its requests is named with the other service and the remedy', () => {
  expect(problems({ path: '/*', priority: 10 }, { path: '/api/*', priority: 20 })).toEqual([
    'routes[0].path: never gets a request: service "web" takes /* at priority 10, before this one at 20. Give this route a priority below 10, or "web" a narrower path',
  ]);
});

test.each<[Route, Route]>([
  [
    { path: '/api/*', priority: 1 },
    { path: '/api/x/*', priority: 2 },
  ],
  [
    { path: '/api/*', priority: 1 },
    { path: '/api/x', priority: 2 },
  ],
  [
    { path: '/api', priority: 1 },
    { path: '/api', host: 'a.example.com', priority: 2 },
  ],
  [
    { host: 'A.example.com', priority: 1 },
    { host: 'a.example.com', path: '/x', priority: 2 },
  ],
])('%j hides %j', (web, api) => {
  expect(problems(web, api)).toHaveLength(1);
});

test.each<[Route, Route]>([
  [
    { path: '/*', priority: 20 },
    { path: '/api/*', priority: 10 },
  ],
  [
    { path: '/api/*', priority: 1 },
    { path: '/api', priority: 2 },
  ],
  [
    { path: '/api/*', priority: 1 },
    { path: '/*', priority: 2 },
  ],
  [
    { path: '/a?c/*', priority: 1 },
    { path: '/abc/*', priority: 2 },
  ],
  [
    { host: 'a.example.com', path: '/*', priority: 1 },
    { path: '/api/*', priority: 2 },
  ],
  [
    { host: 'a.example.com', path: '/*', priority: 1 },
    { host: 'b.example.com', path: '/*', priority: 2 },
  ],
])('%j leaves %j its requests', (web, api) => {
  expect(problems(web, api)).toEqual([]);
});

test('a route of another load balancer hides nothing', () => {
  const fields = { loadBalancer: 'internal' };
  expect(problems({ path: '/*', priority: 1 }, { path: '/api/*', priority: 2 }, fields)).toEqual([]);
});
