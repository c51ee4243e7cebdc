import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { parseEnvironmentDiscovery, parseServiceDiscovery } from './discovery.ts';
import { jsonSchemas } from './json-schemas.ts';
import { normalisedJson } from './normalised-json.ts';
import { owners } from './owners.ts';
import { parseProject } from './project.ts';

const golden = (path: string): string =>
  readFileSync(new URL(`../../tests/golden/config/${path}`, import.meta.url), 'utf8');
const files = ['teal.json', 'services/api.json', 'environments/production.json'];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
// Formats are annotations here: only zod checks addresses.
for (const format of ['email', 'uri']) ajv.addFormat(format, true);
const validators = Object.fromEntries(
  jsonSchemas().map(({ name, content }) => [name.split('.')[0] ?? '', ajv.compile(JSON.parse(content))]),
);

describe('the documented examples', () => {
  test('are a project without problems, which normalises as recorded', async () => {
    const project = parseProject(files.map((path) => ({ path, text: golden(path) })));
    if (!project.ok) throw new Error(project.error.diagnostics.map(({ message }) => message).join('\n'));
    const [service] = project.value.services;
    const at = fileURLToPath(new URL('../../tests/golden/config/normalised/', import.meta.url));
    const environment = project.value.environments.find(({ name }) => name === 'production');
    await expect(service && environment && normalisedJson(service, environment)).toMatchFileSnapshot(`${at}api.json`);
    await expect(`${JSON.stringify(project.value.environments, null, 2)}\n`).toMatchFileSnapshot(
      `${at}environments.json`,
    );
  });

  test.each([
    ['project', 'teal.json'],
    ['service', 'services/api.json'],
    ['environment', 'environments/production.json'],
  ])('are accepted by the JSON Schema of a %s', (kind, path) => {
    const validate = validators[kind];
    expect(validate?.(parse(golden(path))), ajv.errorsText(validate?.errors)).toBe(true);
  });

  test('of discovery documents are read, and fit into a parameter', () => {
    const environment = golden('discovery/environment.json');
    const service = golden('discovery/service.json');
    expect(parseEnvironmentDiscovery(environment)).toEqual({ ok: true, value: JSON.parse(environment) });
    expect(parseServiceDiscovery(service)).toEqual({ ok: true, value: JSON.parse(service) });
    expect(Buffer.byteLength(service)).toBeLessThan(4096);
  });
});

describe('the JSON Schema for editors', () => {
  // Whatever zod accepts; what only zod refuses (durations' ranges, fields that depend on each other) it may accept too.
  test.each([
    { deployment: { strategy: 'all-at-once', keepWarm: 0, identity: { header: 'x-revision' } } },
    {
      deployment: { strategy: { linear: { weight: 0.1 } }, keepWarm: 'always', verification: [{ command: ['true'] }] },
    },
    { deployment: { strategy: { steps: [{ weight: 33.3, hold: { bake: '1h30m' } }, { weight: 100 }] } } },
    { image: `api@sha256:${'a'.repeat(64)}`, scaling: { min: 1 }, logs: {}, uses: {} },
    { kind: 'worker', routes: undefined, port: undefined },
  ])('accepts what teal accepts: %j', (fields) => {
    const service = JSON.parse(JSON.stringify({ image: 'api:1', port: 80, routes: [{ priority: 1 }], ...fields }));
    const text = JSON.stringify(service);
    const project = parseProject([
      { path: 'teal.json', text: '{ "name": "a" }' },
      { path: 'services/api.json', text },
    ]);
    expect(project.ok).toBe(true);
    const validate = validators.service;
    expect(validate?.(service), ajv.errorsText(validate?.errors)).toBe(true);
  });

  test.each([
    { prot: 80 },
    { cpu: 300 },
    { deployment: { strategy: 'canery' } },
    { gracePeriod: '30' },
    { stickiness: {} },
  ])('refuses %j', (fields) => {
    expect(validators.service?.({ image: 'api:1', ...fields })).toBe(false);
  });

  test('describes every field, and gives an example where there is no default', () => {
    const bare: string[] = [];
    const visit = (name: string, node: { [key: string]: unknown }): void => {
      const {
        properties = {},
        items,
        additionalProperties,
        anyOf = [],
      } = node as {
        properties?: Record<string, { [key: string]: unknown }>;
        items?: { [key: string]: unknown };
        additionalProperties?: { [key: string]: unknown } | false;
        anyOf?: { [key: string]: unknown }[];
      };
      for (const [key, field] of Object.entries(properties)) {
        const grouped = field.properties !== undefined;
        if (!field.description || !(grouped || field.examples)) bare.push(`${name}.${key}`);
        visit(`${name}.${key}`, field);
      }
      for (const inner of [items, additionalProperties, ...anyOf]) if (inner) visit(name, inner);
    };
    for (const { name, content } of jsonSchemas()) visit(name.split('.')[0] ?? '', JSON.parse(content));
    expect(bare).toEqual([]);
  });
});

test('every field of a service has exactly one owner, and every owner a field', () => {
  const { properties } = JSON.parse(jsonSchemas().find(({ name }) => name.startsWith('service.'))?.content ?? '{}');
  const groups = ['uses', 'logs', 'scaling', 'deployment', 'local'];
  const fields = Object.keys(properties).flatMap((name) =>
    groups.includes(name) ? Object.keys(properties[name].properties).map((inner) => `${name}.${inner}`) : [name],
  );
  expect(fields.filter((name) => name !== '$schema').sort()).toEqual(Object.keys(owners).sort());
});

describe('a discovery document', () => {
  const service = JSON.parse(golden('discovery/service.json'));

  test('may have members of a later release', () => {
    expect(parseServiceDiscovery(JSON.stringify({ ...service, later: true })).ok).toBe(true);
  });

  test.each([
    ['is not JSON', '{', /^not JSON: /],
    ['has another schema', JSON.stringify({ ...service, schema: 2 }), /^schema: /],
    ['lacks a colour', JSON.stringify({ ...service, colors: { blue: service.colors.blue } }), /^colors\.green: /],
    ['has no place', JSON.stringify({ ...service, places: [] }), /^places/],
  ])('that %s is refused in words', (_, text, problem) => {
    expect(parseServiceDiscovery(text)).toEqual({ ok: false, error: expect.stringMatching(problem) });
  });
});
