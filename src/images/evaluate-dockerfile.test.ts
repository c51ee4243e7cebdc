// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables so.
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';
import { evaluateDockerfile } from './evaluate-dockerfile.ts';
import type { SourceEntry } from './source-tree.ts';

interface Given {
  readonly files?: readonly string[];
  /** What `local.build` made. */
  readonly products?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
}

function evaluate(text: string, { files = [], products = [], links = {} }: Given = {}) {
  const entries = new Map<string, SourceEntry>([['', { kind: 'directory' }]]);
  const add = (path: string, entry: SourceEntry): void => {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (!entries.has(folder)) entries.set(folder, { kind: 'directory' });
    }
    entries.set(path, entry);
  };
  for (const path of [...files, ...products]) add(path, { kind: 'file', size: 1, executable: false });
  for (const [path, target] of Object.entries(links)) add(path, { kind: 'link', target });
  const sources = { tree: { folder: '/ctx', entries }, products: new Set(products), whyMissing: () => undefined };
  const { stage, notes, runLines } = evaluateDockerfile(parseDockerfile(text, 'Dockerfile'), sources, 'X86_64');
  const content = stage.files.entries().filter(([, entry]) => entry.kind !== 'directory');
  return { stage, notes, runLines, paths: content.map(([path]) => path), content: new Map(content) };
}

const app = { files: ['package.json', 'package-lock.json', 'src/index.js', 'src/lib/a.js', 'server.js'] };

describe('COPY', () => {
  test.each([
    ['COPY . .', ['/w/package-lock.json', '/w/package.json', '/w/server.js', '/w/src/index.js', '/w/src/lib/a.js']],
    ['COPY src .', ['/w/index.js', '/w/lib/a.js']],
    ['COPY src ./src', ['/w/src/index.js', '/w/src/lib/a.js']],
    ['COPY /src/lib/ /lib', ['/lib/a.js']],
    ['COPY server.js main.js', ['/w/main.js']],
    ['COPY server.js bin/', ['/w/bin/server.js']],
    ['COPY server.js /w', ['/w/server.js']],
    ['COPY package*.json ./', ['/w/package-lock.json', '/w/package.json']],
    ['COPY server.js src /opt/x/', ['/opt/x/index.js', '/opt/x/lib/a.js', '/opt/x/server.js']],
    ['COPY ["server.js", "/a b/"]', ['/a b/server.js']],
    ['COPY **/*.js /js/', ['/js/a.js', '/js/index.js', '/js/server.js']],
    ['ADD server.js .', ['/w/server.js']],
    ['COPY ../server.js .', ['/w/server.js']],
  ])('%s', (copy, paths) => {
    expect(evaluate(`FROM x\nWORKDIR /w\n${copy}`, app).paths).toEqual(paths);
  });

  test('lets a later file replace an earlier one', () => {
    const { content } = evaluate('FROM x\nCOPY server.js /a\nCOPY package.json /a', app);
    expect(content.get('/a')).toMatchObject({ source: '/ctx/package.json' });
  });

  test('makes a file executable by --chmod', () => {
    expect(evaluate('FROM x\nCOPY --chmod=755 server.js /a', app).content.get('/a')).toMatchObject({
      executable: true,
    });
  });

  test('keeps links inside the context, and follows one that is named', () => {
    const { content } = evaluate('FROM x\nCOPY d /d\nCOPY d/l /f', { files: ['d/a'], links: { 'd/l': 'a' } });
    expect(content.get('/d/l')).toEqual({ kind: 'link', target: 'a' });
    expect(content.get('/f')).toMatchObject({ kind: 'file', source: '/ctx/d/a' });
  });

  test.each(['/etc/passwd', '../../x'])('refuses a link out of the context: %s', (target) => {
    expect(() => evaluate('FROM x\nCOPY . .', { links: { 'd/l': target } })).toThrow(
      `d/l is a link to ${target}, which is not in the context`,
    );
  });

  test.each([
    ['COPY gone .', 'Dockerfile:2: "gone" is not in the context. It does not exist there.'],
    ['COPY *.ts .', 'Dockerfile:2: nothing in the context matches "*.ts".'],
    ['COPY server.js', 'Dockerfile:2: COPY needs at least a source and a destination.'],
    ['COPY server.js src x', 'Dockerfile:2: with several sources the destination must be a folder: write x/'],
    ['COPY --from=nginx:1 /a /b', 'Dockerfile:2: --from=nginx:1 is another image, and images are not pulled here.'],
    ['COPY --parents a b', 'Dockerfile:2: --parents is not supported here: COPY without it.'],
    ['COPY --chmod=u+x server.js b', 'Dockerfile:2: --chmod=u+x: only octal modes such as 755 are known.'],
    ['COPY <<EOF /a\nx\nEOF', 'Dockerfile:2: a here-document has no file in the context'],
    ['ADD https://x.io/a .', 'Dockerfile:2: ADD https://x.io/a: nothing is downloaded.'],
    ['ADD a.tar.gz .', 'Dockerfile:2: ADD a.tar.gz: archives are not unpacked here.'],
    ['FETCH a', 'Dockerfile:2: "FETCH" is no Dockerfile instruction.'],
  ])('%s is refused', (line, message) => {
    expect(() => evaluate(`FROM x\n${line}`, app)).toThrow(message);
  });
});

describe('stages', () => {
  test('COPY --from reads what the stage has, and what local.build made in its folder', () => {
    const { paths, content, runLines } = evaluate(
      'FROM node AS build\nWORKDIR /b\nCOPY package*.json ./\nRUN npm ci\nCOPY src src\nRUN npm run build\n' +
        'FROM node\nWORKDIR /app\nCOPY --from=build /b/dist ./dist\nCOPY --from=0 /b/node_modules node_modules\nCMD node dist',
      { ...app, products: ['dist/i.js', 'node_modules/m/x.js'] },
    );
    expect(paths).toEqual(['/app/dist/i.js', '/app/node_modules/m/x.js']);
    expect(content.get('/app/dist/i.js')).toMatchObject({ source: '/ctx/dist/i.js' });
    expect(runLines).toEqual([4, 6]);
  });

  test('a folder of the context that was copied elsewhere is found by its place in the image', () => {
    const { paths } = evaluate('FROM a AS b\nCOPY web /srv/web\nFROM c\nCOPY --from=b /srv/web/dist /d', {
      files: ['web/x'],
      products: ['web/dist/y'],
    });
    expect(paths).toEqual(['/d/y']);
  });

  test('the products of local.build stand where a RUN of the final stage would have made them', () => {
    const given = { ...app, products: ['node_modules/m.js'] };
    const text = (run: string) => `FROM node\nWORKDIR /app\nCOPY package.json ./\n${run}COPY server.js ./`;
    expect(evaluate(text('RUN npm ci\n'), given).paths).toContain('/app/node_modules/m.js');
    expect(evaluate(text(''), given).paths).not.toContain('/app/node_modules/m.js');
  });

  test('a RUN that concerns no file of the context brings nothing', () => {
    const text =
      'FROM node AS b\nWORKDIR /b\nCOPY . .\nFROM node\nWORKDIR /app\nRUN adduser x\nCOPY --from=b /b/server.js .';
    expect(evaluate(text, { ...app, products: ['node_modules/m.js'] }).paths).toEqual(['/app/server.js']);
  });

  test('one on another has its files, variables and folder, but not its arguments', () => {
    const { stage, paths } = evaluate(
      'FROM x AS base\nARG A=1\nENV E=$A\nWORKDIR /w\nCMD a\nFROM base\nENV F=${A:-none}\nCOPY server.js .\nENTRYPOINT ["b"]',
      app,
    );
    expect(paths).toEqual(['/w/server.js']);
    expect(Object.fromEntries(stage.environment)).toEqual({ E: '1', F: 'none' });
    expect(stage).toMatchObject({ base: 'x', entryPoint: ['b'], command: null });
  });

  test('those that the final one does not need are left alone', () => {
    expect(evaluate('FROM x AS test\nCOPY gone .\nFROM y\nCOPY server.js /s', app).paths).toEqual(['/s']);
  });

  test('what no local.build made is named with the place where it is looked for', () => {
    expect(() => evaluate('FROM a AS b\nWORKDIR /b\nCOPY . .\nRUN x\nFROM c\nCOPY --from=b /b/dist /d', app)).toThrow(
      'Dockerfile:6: stage "b" has no /b/dist here. COPY in that stage did not bring it. RUN is not executed: local.build has to make it as dist in the context.',
    );
  });

  test.each([
    ['COPY a b', 'Dockerfile:1: COPY stands before the first FROM: only ARG may.'],
    ['ARG A', 'no FROM: an image begins with one.'],
    ['FROM a b', 'Dockerfile:1: FROM a b: write FROM image, or FROM image AS name.'],
  ])('%s is refused', (text, message) => {
    expect(() => evaluate(text)).toThrow(message);
  });
});

describe('the configuration', () => {
  const stageOf = (body: string) => evaluate(`ARG V=22\nARG X\nFROM node:$V\n${body}`, app).stage;

  test('follows ENV, ARG and WORKDIR in their order', () => {
    const stage = stageOf(
      'ARG V\nARG W=w\nENV A=$V B="$W x" C=$TARGETARCH\nARG TARGETARCH\nENV A=9 D=$TARGETARCH$A\nWORKDIR a\nWORKDIR $W',
    );
    expect(stage.base).toBe('node:22');
    expect(Object.fromEntries(stage.environment)).toEqual({ A: '9', B: 'w x', C: '', D: 'amd6422' });
    expect(stage.workingDirectory).toBe('/a/w');
  });

  test.each([
    ['CMD ["a", "b"]', { command: ['a', 'b'] }],
    ['CMD a $b', { command: ['/bin/sh', '-c', 'a $b'] }],
    ['SHELL ["/bin/bash", "-c"]\nCMD a', { command: ['/bin/bash', '-c', 'a'] }],
    ['ENTRYPOINT ["a"]\nCMD ["b"]', { entryPoint: ['a'], command: ['b'] }],
    ['CMD ["b"]\nENTRYPOINT ["a"]', { entryPoint: ['a'], command: ['b'] }],
    ['ENTRYPOINT ["a"]', { entryPoint: ['a'], command: null }],
    ['', { entryPoint: null, command: ['node'] }],
    ['STOPSIGNAL 2', { stopSignal: 'SIGINT' }],
    ['STOPSIGNAL quit', { stopSignal: 'SIGQUIT' }],
    [
      'HEALTHCHECK --interval=5s CMD curl x',
      { healthCheck: { test: ['CMD-SHELL', 'curl x'], options: { interval: '5s' } } },
    ],
    ['HEALTHCHECK CMD ["a"]', { healthCheck: { test: ['CMD', 'a'], options: {} } }],
    ['HEALTHCHECK NONE', { healthCheck: { test: ['NONE'], options: {} } }],
    ['EXPOSE 80 53/UDP', { exposedPorts: new Set(['80/tcp', '53/udp']) }],
    [
      'LABEL a=1 b="2 3"',
      {
        labels: new Map([
          ['a', '1'],
          ['b', '2 3'],
        ]),
      },
    ],
    ['VOLUME /data', { volumes: new Set(['/data']) }],
  ])('%s', (body, expected) => {
    expect(stageOf(body)).toMatchObject(expected);
  });

  test('of a distroless image has its interpreter as the entry point', () => {
    expect(evaluate('FROM gcr.io/distroless/nodejs22-debian12\nCMD ["x.js"]').stage.entryPoint).toEqual([
      '/nodejs/bin/node',
    ]);
  });

  test.each([
    ['STOPSIGNAL 99', '"99" is no signal for STOPSIGNAL'],
    ['EXPOSE web', '"web" is no port: EXPOSE 8080/tcp.'],
    ['SHELL sh', 'SHELL takes a JSON list'],
    ['HEALTHCHECK curl', 'HEALTHCHECK takes CMD and a command, or NONE.'],
  ])('%s is refused', (body, message) => {
    expect(() => stageOf(body)).toThrow(`Dockerfile:4: ${message}`);
  });

  test('has a note for each instruction that is ignored', () => {
    const { notes } = evaluate(
      "FROM x\nUSER node\nONBUILD RUN x\nVOLUME /v\nMAINTAINER me\nCMD ['a']\nCOPY --chown=1 server.js .",
      app,
    );
    expect(notes.map((note) => note.slice(0, 20))).toEqual([
      'line 2: USER is igno',
      'line 3: ONBUILD is i',
      'line 4: VOLUME /v is',
      'line 5: MAINTAINER i',
      "line 6: CMD ['a'] is",
      'line 7: --chown is i',
    ]);
  });
});
