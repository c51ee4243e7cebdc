import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { environmentJson } from '../src/config/index.ts';
import { anEnvironment } from '../src/config/testing.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const terraformFolders: readonly string[] = [
  ...foldersIn('terraform/modules'),
  ...foldersIn('terraform').filter((folder) => folder !== 'terraform/modules'),
];

const files = terraformFolders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.tf'))
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return { path: `${folder}/${name}`, folder, text, isRoot: !folder.startsWith('terraform/modules/') };
    }),
);

/** A place that the rule below it lets be, with its reason. One that is not found any more fails the test. */
type Exceptions = Readonly<Record<string, string>>;

const toEverywhere: Exceptions = {
  'terraform/modules/network/main.tf: aws_route internet': 'the way out of the public subnets',
  'terraform/modules/network/main.tf: aws_route nat': 'the way out of the task subnets, which no way leads into',
  'terraform/modules/security/main.tf: locals': "named once: the clients of a load balancer, and the tasks' way out",
};

const ownResources: Exceptions = {};

/** Lines with `pattern`, as "<file>: <block>". */
function found(pattern: RegExp, among = files): readonly string[] {
  return among.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at, lines) => {
      if (!pattern.test(line) || line.trim().startsWith('#')) return [];
      const opening = lines.slice(0, at + 1).findLast((one) => /^[a-z]/.test(one)) ?? '';
      return [
        `${path}: ${opening
          .replace(/^resource /, '')
          .replace(/[{"]/g, '')
          .trim()}`,
      ];
    }),
  );
}

/** Environments that the platform root's own tests read, as `teal sync` writes them. */
const environments = {
  production: anEnvironment('production', {
    loadBalancers: {
      main: {
        domain: 'example.com',
        testListener: { from: ['198.51.100.0/24'] },
        routing: { policy: 'failover', role: 'primary', healthPath: '/health' },
      },
      admin: { internal: true },
    },
    database: { engine: 'postgres', major: 17 },
    notify: { email: ['team@example.com'] },
    repositories: { 'shop/api': {}, 'shop/web': { keep: 10 } },
  }),
  preview: anEnvironment('preview', { size: 'frugal' }),
  closed: anEnvironment('closed', {
    network: { outbound: 'endpoints', zones: 2 },
    loadBalancers: { main: { internal: true } },
    database: { engine: 'aurora-postgres', major: 17 },
  }),
  borrowed: anEnvironment('borrowed', { size: 'frugal', network: { mode: 'default' } }),
};

describe('the Terraform modules and roots', () => {
  test.each(Object.entries(environments))('are tested with environment %s as it is written today', (name, one) =>
    expect(environmentJson(one)).toMatchFileSnapshot(
      join(root, 'terraform', 'platform', 'tests', 'synced', name, 'environment.json'),
    ),
  );

  test('describe and type every input, and describe every output', () => {
    const lacking = files.flatMap(({ path, text }) => [
      ...blocks(text, 'variable')
        .filter(({ attributes }) => !attributes.has('description') || /^any$|^$/.test(attributes.get('type') ?? ''))
        .map(({ name }) => `${path}: ${name}`),
      ...blocks(text, 'output')
        .filter(({ attributes }) => !attributes.has('description'))
        .map(({ name }) => `${path}: ${name}`),
    ]);
    expect(lacking).toEqual([]);
  });

  test('say of each input whether it may be null', () => {
    const unsaid = files.flatMap(({ path, text }) =>
      blocks(text, 'variable')
        .filter(({ attributes }) => attributes.get('nullable') !== 'false' && attributes.get('default') !== 'null')
        .map(({ name }) => `${path}: ${name}`),
    );
    expect(unsaid).toEqual([]);
  });

  test('name no region: it is the environment’s', () => {
    const region = /["/.](us|eu|ap|ca|sa|me|af|il|mx|cn)(-gov)?-(north|south|east|west|central)[a-z]*-\d/;
    expect(found(region)).toEqual([]);
  });

  test('look nothing up inside of a module: roots do, for what is there already', () => {
    const modules = files.filter(({ isRoot }) => !isRoot);
    expect(found(/^data "/, modules)).toEqual([]);
  });

  test('are composed by roots that make nothing themselves', () => {
    const roots = files.filter(({ isRoot, folder }) => isRoot && folder !== 'terraform/state');
    expect(new Set(found(/^resource "/, roots))).toEqual(new Set(Object.keys(ownResources)));
  });

  test('open to everywhere what is listed, and nothing else', () => {
    expect(new Set(found(/0\.0\.0\.0\/0|::\/0/))).toEqual(new Set(Object.keys(toEverywhere)));
  });

  test('give a reason for each wildcard of a policy, on the line above its statement or beside it', () => {
    const bare = files.flatMap(({ path, text }) => {
      const lines = text.split('\n');
      return lines.flatMap((line, at) => {
        if (!/\b(Resource|Action|Principal)\s*=\s*(\[)?"\*"/.test(line)) return [];
        const opening = lines.slice(0, at).findLastIndex((one) => /^\s*\{$|Statement\s*=/.test(one));
        const around = lines.slice(Math.max(0, opening - 4), at + 1);
        return around.some((one) => one.includes('#')) ? [] : [`${path}:${at + 1}`];
      });
    });
    expect(bare).toEqual([]);
  });

  test('key nothing by its place in a list', () => {
    expect(found(/for_each\s*=.*(range\(|for \w+, \w+ in \[)/)).toEqual([]);
  });

  test('lock no resource against changes without saying whose they are', () => {
    const silent = files.flatMap(({ path, text }) => {
      const lines = text.split('\n');
      return lines.flatMap((line, at) => {
        if (!/ignore_changes\s*=/.test(line)) return [];
        const opening = lines.slice(0, at).findLastIndex((one) => /^resource /.test(one));
        return lines.slice(Math.max(0, opening - 4), at + 1).some((one) => one.trim().startsWith('#'))
          ? []
          : [`${path}:${at + 1}`];
      });
    });
    expect(silent).toEqual([]);
  });
});

function foldersIn(parent: string): readonly string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`);
}

interface Block {
  readonly name: string;
  /** What begins on each line two spaces in. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Blocks that begin at the left edge, as `terraform fmt` leaves them. */
function blocks(text: string, kind: 'variable' | 'output'): readonly Block[] {
  return [...text.matchAll(new RegExp(`^${kind} "([^"]+)" \\{\\n(.*?)^\\}`, 'gms'))].map(
    ([, name = '', body = '']): Block => ({
      name,
      attributes: new Map([...body.matchAll(/^ {2}(\w+)\s*= (.*)$/gm)].map(([, key = '', value = '']) => [key, value])),
    }),
  );
}
