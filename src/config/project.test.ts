import { describe, expect, test } from 'vitest';
import { findEnvironment, findService, parseProject } from './project.ts';
import { renderDiagnostics } from './render-diagnostics.ts';
import { aProject, aServiceFile, problemsOf, texts } from './testing.ts';

const production = { account: '123456789012', region: 'eu-west-1' };

describe('a project', () => {
  test('has its services and environments by name, with local built in', () => {
    const project = aProject({
      services: { web: aServiceFile({}), api: aServiceFile({ loadBalancer: 'internal' }) },
      environments: { production: { ...production, loadBalancers: { main: {}, internal: {} } } },
    });
    expect(project).toMatchObject({
      ok: true,
      value: {
        name: 'items',
        services: [{ name: 'api' }, { name: 'web' }],
        environments: [
          { name: 'local', account: '000000000000', allowEndpoint: true, loadBalancers: { main: {}, internal: {} } },
          { name: 'production', protected: false, database: null },
        ],
      },
    });
  });

  test('accepts comments, trailing commas, Windows line ends and a byte order mark', () => {
    const text = '\uFEFF{\r\n // why\r\n "image": "api:1", "port": 80, "routes": [{ "priority": 1 },],\r\n}';
    expect(aProject({ services: { api: text } }).ok).toBe(true);
  });

  test('passes over files that are none of its own', () => {
    const files = ['teal.json', 'README.md', 'services/notes.txt', 'other/x.json'];
    const project = parseProject(files.map((path) => ({ path, text: path === 'teal.json' ? '{ "name": "a" }' : '{' })));
    expect(project.ok).toBe(true);
  });

  test('without teal.json says what to do', () => {
    const project = parseProject([]);
    expect(!project.ok && texts(project.error)).toEqual([
      ': is missing: it marks the root of a project. "teal init" writes one.',
    ]);
  });

  test('finds a service or environment by name, or says which was probably meant', () => {
    const project = aProject({ services: { checkout: aServiceFile({}) } });
    if (!project.ok) throw new Error('valid');
    expect(findService(project.value, 'checkout')).toMatchObject({ ok: true });
    expect(findService(project.value, 'chekout')).toMatchObject({
      ok: false,
      error: {
        kind: 'unknown-service',
        message:
          'No service "chekout": there is no services/chekout.json. This project has checkout. Did you mean "checkout"?',
      },
    });
    expect(findEnvironment(project.value, 'staging')).toMatchObject({
      ok: false,
      error: { kind: 'unknown-environment', known: ['local'], suggestion: null },
    });
  });
});

describe('problems', () => {
  test('of all files come at once, in order, with place, line and remedy', () => {
    const project = aProject({
      services: {
        api: [
          '{',
          '  "image": "api:1", "port": 8080,',
          '  "cpu": 256, "memory": 4096,',
          '  "rotues": [{ "priority": 1 }],',
          '  "routes": [{ "priority": 1 }],',
          '  "deployment": {',
          '\t"strategy": "canery"',
          '  }',
          '}',
        ].join('\n'),
        web: '{ "image": "web:1" "port": 80 }',
      },
      environments: { production: { ...production, account: '12345' } },
    });
    if (project.ok) throw new Error('invalid');
    expect(renderDiagnostics(project.error.diagnostics, project.error.fileCount)).toBe(
      [
        'environments/production.json:2:14  account',
        '     2 │   "account": "12345",',
        '       │              ^^^^^^^ not an AWS account: 12 digits, in quotes',
        'services/api.json:3:25  memory',
        '     3 │   "cpu": 256, "memory": 4096,',
        '       │                         ^^^^ Fargate pairs 256 CPU units with 512, 1024 or 2048 MiB',
        'services/api.json:4:3  rotues',
        '     4 │   "rotues": [{ "priority": 1 }],',
        '       │   ^^^^^^^^ not a field here. Did you mean "routes"?',
        'services/api.json:7:14  deployment.strategy',
        '     7 │  "strategy": "canery"',
        '       │              ^^^^^^^^ not a strategy: all-at-once, canary, linear, steps. Did you mean "canary"?',
        'services/web.json:1:20',
        '     1 │ { "image": "web:1" "port": 80 }',
        '       │                    ^^^^^^ a comma is expected before this',
        '5 problems in 3 of 4 files. Nothing was changed.',
        '',
      ].join('\n'),
    );
  });

  test('are data, too', () => {
    const project = aProject({ services: { api: aServiceFile({ kind: 'wrker' }) } });
    expect(project).toMatchObject({
      ok: false,
      error: {
        fileCount: 2,
        diagnostics: [
          {
            file: 'services/api.json',
            line: 9,
            column: 11,
            path: 'kind',
            found: '"wrker"',
            allowed: ['web', 'worker'],
            suggestion: 'worker',
            frame: { length: 7 },
          },
        ],
      },
    });
  });

  test('of syntax are told apart, several at once', () => {
    const project = aProject({ services: { api: '{\n "image": "a:1"\n "port" 80,\n "routes": [nope]\n' } });
    expect(!project.ok && project.error.diagnostics.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '3 a comma is expected before this',
      '4 not JSON: something else stands here (text needs double quotes)',
      '5 the closing brace } is missing',
    ]);
  });

  test.each([
    ['an unknown field', { prot: 80 }, 'prot: not a field here. Did you mean "port"?'],
    ['a missing field', { image: undefined }, 'image: "image" is missing: an image, such as {"build":"../app"}'],
    [
      'a web service without routes',
      { routes: undefined },
      'routes: "routes" is missing: a web service has at least one, such as [{ "path": "/*", "priority": 10 }]',
    ],
    [
      'a web service without a port',
      { port: undefined },
      'port: "port" is missing: a whole number, where the container listens',
    ],
    ['a wrong type', { port: '80' }, 'port: text where a whole number is expected, such as 8080'],
    ['a number out of range', { port: 0 }, 'port: outside of what is allowed: 1 to 65535'],
    [
      'a priority out of range',
      { routes: [{ priority: 25_001 }] },
      'routes[0].priority: outside of what is allowed: 1 to 25000',
    ],
    [
      'a CPU size that Fargate lacks',
      { cpu: 300 },
      'cpu: not a number of CPU units that Fargate has: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768',
    ],
    [
      'a CPU size that the default memory does not fit',
      { cpu: 1024 },
      'cpu: Fargate pairs 1024 CPU units with 2048 to 8192 in steps of 1024 MiB; "memory" is 512 unless given',
    ],
    [
      'an image without a tag',
      { image: 'nginx' },
      'image: not an image: "name:tag", "name@sha256:…" (64 hex digits) or { "build": "folder" }',
    ],
    [
      'an absolute folder',
      { image: { build: '/srv/app' } },
      'image.build: must be relative to this file, so that it is the same folder for everyone',
    ],
    [
      'a variable of teal',
      { environment: { TEAL_COLOR: 'x' } },
      'environment.TEAL_COLOR: not a name for a variable: letters, digits and _, not beginning with a digit; teal itself sets PORT and TEAL_…',
    ],
    [
      'a variable and a secret of one name',
      { environment: { A: 'x' }, secrets: { A: { from: 'ssm:/a' } } },
      'secrets.A: is in "environment" too; ECS accepts a name once',
    ],
    [
      'a secret without a store',
      { secrets: { A: { from: '/a' } } },
      'secrets.A.from: not the place of a secret: "ssm:/name" (Parameter Store) or "secretsmanager:name"',
    ],
    [
      'a retention that CloudWatch lacks',
      { logs: { retentionDays: 31 } },
      /^logs\.retentionDays: not a number of days that CloudWatch Logs allows: 1, 3, 5, /,
    ],
    [
      'a check slower than its interval',
      { targetHealthCheck: { interval: '5s' } },
      'targetHealthCheck.timeout: must be shorter than the interval (5s), is 5s',
    ],
    [
      'an interval that ELB lacks',
      { targetHealthCheck: { interval: '301s' } },
      'targetHealthCheck.interval: outside of what is allowed: 5s to 5m, in whole seconds',
    ],
    [
      'a health check without CMD',
      { healthCheck: { command: ['node', 'health.js'] } },
      'healthCheck.command: must begin with "CMD" (run directly) or "CMD-SHELL" (run by the shell)',
    ],
    [
      'a stop time-out that Fargate lacks',
      { stopTimeout: '3m' },
      'stopTimeout: outside of what is allowed: 2s to 2m, in whole seconds',
    ],
    [
      'stickiness for too long',
      { stickiness: { duration: '8d' } },
      'stickiness.duration: outside of what is allowed: 1s to 7d, in whole seconds',
    ],
    [
      'a health time-out that draining outlasts',
      { deregistrationDelay: '10m' },
      'deregistrationDelay: deployment.healthTimeout, which is 10m unless given, must be longer than 10m30s (deregistrationDelay + stopTimeout), which is what it takes to replace the tasks of a warm colour',
    ],
    [
      'a maximum below the minimum',
      { scaling: { min: 3, max: 2 } },
      'scaling.max: must not be less than "min", which is 3',
    ],
    [
      'CPU tracking without room',
      { scaling: { min: 2, max: 4, schedules: [{ cron: '0 7 1 * MON', min: 3 }] } },
      'scaling.schedules[0].cron: names both a day of month and a day of week: AWS takes one of them, and "*" or "?" for the other',
    ],
    [
      'requests to follow without room to choose',
      { scaling: { requestsPerTarget: 100 } },
      'scaling.requestsPerTarget: needs a "max" above "min" (2): there is nothing to choose',
    ],
    [
      'CPU to follow without room to choose',
      { scaling: { cpuPercent: 50 } },
      'scaling.cpuPercent: needs a "max" above "min" (2): there is nothing to choose',
    ],
    [
      'a schedule without effect',
      { scaling: { schedules: [{ cron: '0 7 * * *' }] } },
      'scaling.schedules[0]: changes nothing: it needs "min", "max" or both',
    ],
    [
      'an unknown time zone',
      { scaling: { schedules: [{ cron: '0 7 * * *', timezone: 'Europe/Berln', min: 1 }] } },
      'scaling.schedules[0].timezone: not an IANA time zone such as "Europe/Berlin". Did you mean "Europe/Berlin"?',
    ],
    [
      'a schedule of six fields',
      { scaling: { schedules: [{ cron: '0 0 7 * * *', min: 1 }] } },
      /^scaling\.schedules\[0\]\.cron: not a schedule of five fields/,
    ],
    [
      'a weight finer than tenths',
      { deployment: { strategy: { canary: { weight: 0.25 } } } },
      'deployment.strategy.canary.weight: finer than tenths of a percent, which is as fine as weights are',
    ],
    [
      'a canary of everything',
      { deployment: { strategy: { canary: { weight: 100 } } } },
      'deployment.strategy.canary.weight: outside of what is allowed: 0.1 to 99.9',
    ],
    [
      'a strategy with a wrong field',
      { deployment: { strategy: { linear: { weight: 10, evry: '1m' } } } },
      'deployment.strategy.linear.evry: not a field here: weight, every. Did you mean "every"?',
    ],
    [
      'a strategy of a wrong name',
      { deployment: { strategy: { canery: { weight: 10 } } } },
      'deployment.strategy: not a strategy: all-at-once, canary, linear, steps. Did you mean "canary"?',
    ],
    [
      'a time to keep warm out of range',
      { deployment: { keepWarm: '31d' } },
      'deployment.keepWarm: outside of what is allowed: 0s to 30d',
    ],
    [
      'a time to keep warm misspelt',
      { deployment: { keepWarm: 'alwyas' } },
      'deployment.keepWarm: not a time to keep warm: a duration such as "15m", 0, always. Did you mean "always"?',
    ],
    [
      'half an identity',
      { deployment: { identity: { path: '/version' } } },
      'deployment.identity.json: "json" is missing: text in quotes, such as "$.version"',
    ],
    [
      'a check of two kinds',
      { deployment: { verification: [{ htpp: '/' }] } },
      'deployment.verification[0]: not a check: http, command. Did you mean "http"?',
    ],
    [
      'a duration without a unit',
      { gracePeriod: '30' },
      'gracePeriod: not a duration such as "90s", "5m" or "1h30m" (0s to 24855d3h14m7s, in whole seconds)',
    ],
  ])('%s', (_, fields, problem) => {
    const found = problemsOf(fields);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  test.each([
    [
      'two tables of which tasks are told in one variable',
      { 'by-day': { keys: { day: 'S' } }, by_day: { keys: { day: 'S' } } },
      'uses.tables.by_day: is told to tasks in TEAL_TABLE_BY_DAY, as "by-day" is: give it another name',
    ],
    [
      'an attribute of two types',
      { posts: { keys: { id: 'S' }, indexes: { 'by-id': { keys: { id: 'N' } } } } },
      'uses.tables.posts.indexes.by-id.keys.id: is of type "S" elsewhere in this table: an attribute has one type',
    ],
  ])('of %s', (_, tables, problem) => {
    expect(problemsOf({ uses: { tables } })).toEqual([problem]);
  });

  test('of own steps: rising, held, and 100 at the end', () => {
    const steps = [{ weight: 20 }, { weight: 10, hold: { bake: '1m' } }, { weight: 90, hold: { bake: '1m' } }];
    const at = 'deployment.strategy.steps';
    expect(problemsOf({ deployment: { strategy: { steps } } })).toEqual([
      `${at}[0]: "hold" is missing, such as { "bake": "5m" }: every step but the last has it`,
      `${at}[1].weight: must be above the step before, 20`,
      `${at}[2].weight: must be 100: it is the last step`,
      `${at}[2].hold: is what "deployment.bake" says for the last step`,
    ]);
  });

  test('of a repeated key', () => {
    const project = aProject({
      services: { api: '{ "image": "a:1", "port": 1, "routes": [{ "priority": 1 }], "port": 2 }' },
    });
    expect(!project.ok && texts(project.error)).toEqual(['port: given twice: only one of them can count']);
  });

  test('of a worker with what only a web service has', () => {
    const [port, routes] = problemsOf({ kind: 'worker' });
    expect(port).toBe('port: belongs to a web service; this one is a worker');
    expect(routes).toBe('routes: belongs to a web service; this one is a worker');
  });

  test('of a file that is no object', () => {
    const project = aProject({ services: { api: '[]', web: '' } });
    expect(!project.ok && texts(project.error)).toEqual([
      ': a list where a service is expected',
      ': a value is expected here',
    ]);
  });

  test.each([
    ['services', 'Api', /^: not a name for a service: .*: rename the file$/],
    ['services', 'platform', /^: "platform" is a name that teal itself uses: rename the file$/],
    ['environments', 'PROD', /^: not a name for an environment: /],
    ['environments', 'local', /^: environment "local" is built in and has no file/],
  ])('of the name in %s/%s.json', (folder, name, problem) => {
    const value = folder === 'services' ? aServiceFile({}) : production;
    const project = aProject({ [folder]: { [name]: value } });
    expect(!project.ok && texts(project.error)).toEqual([expect.stringMatching(problem)]);
  });
});

describe('services behind one load balancer', () => {
  const problems = (services: Readonly<Record<string, object>>, environments = {}) => {
    const files = Object.entries(services).map(([name, fields]) => [name, aServiceFile(fields)]);
    const project = aProject({ services: Object.fromEntries(files), environments });
    return project.ok ? [] : project.error.diagnostics.map(({ file, path, message }) => `${file} ${path}: ${message}`);
  };

  test('cannot share a priority, nor a place, whatever the case of the host', () => {
    expect(
      problems({
        api: { routes: [{ host: 'a.example.com', priority: 1 }] },
        web: { routes: [{ host: 'A.example.com', priority: 1 }] },
      }),
    ).toEqual([
      'services/web.json routes[0]: matches the same requests as another route of load balancer "main": services/api.json, routes[0]',
      'services/web.json routes[0].priority: is the priority of another route of load balancer "main": services/api.json, routes[0]',
    ]);
  });

  test('may share both behind different ones', () => {
    expect(problems({ api: {}, web: { loadBalancer: 'other' } })).toEqual([]);
  });

  test('are compared even if they have problems of their own', () => {
    expect(problems({ api: { cpu: 3 }, web: { routes: [{ priority: 10, path: '/web' }], memory: 3 } })).toEqual([
      expect.stringMatching(/^services\/api\.json cpu/),
      expect.stringMatching(/^services\/web\.json routes\[0\]\.priority/),
      expect.stringMatching(/^services\/web\.json memory/),
    ]);
  });

  test('need that load balancer in every environment', () => {
    expect(
      problems(
        { api: { loadBalancer: 'mian' } },
        { production: { ...production, loadBalancers: { main: {} } }, staging: production },
      ),
    ).toEqual([
      'services/api.json loadBalancer: environment production has no load balancer "mian": main. Did you mean "main"?',
      'services/api.json loadBalancer: environment staging has no load balancer "mian": main. Did you mean "main"?',
    ]);
  });

  test("stay within AWS's quotas for target groups and rules", () => {
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `s${String(index).padStart(2, '0')}`,
          { routes: [{ path: `/${index}`, priority: index + 1 }] },
        ]),
      );
    expect(problems(many(50))).toEqual([]);
    expect(problems(many(51))).toEqual([
      'services/s50.json loadBalancer: load balancer "main" would have 102 target groups (two for each service); AWS allows 100. Use another load balancer.',
      'services/s50.json routes: load balancer "main" would have 102 rules (two for each route); AWS allows 100. Use another load balancer.',
    ]);
  });

  test('cannot have target groups of one name in one account and region', () => {
    const environments = { a: production, 'a-b': production };
    const found = problems(
      { 'b-cc': { routes: [{ priority: 1, path: '/1' }] }, cc: { routes: [{ priority: 2, path: '/2' }] } },
      environments,
    );
    expect(found).toEqual([
      'services/b-cc.json : in environment "a" its target groups would have the names of those of service "cc" in environment "a-b": rename one',
    ]);
  });
});
