import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/**
 * What is bundled, and into what. A bundle is read when it is needed: `teal.cjs` answers `--version` by itself and
 * loads `app.cjs` for the rest. Where a source imports another entry by `import()`, that stays a file of its own;
 * everything else becomes part of the bundle, so that no module is there twice in one process.
 */
const entries: Readonly<Record<string, string>> = {
  'app.cjs': 'src/cli/app.ts',
  // After what it loads, whose content it names.
  'teal.cjs': 'src/cli/main.ts',
  'runtime.cjs': 'src/local/main.ts',
  // A program of its own that runs the others, and no part of them: it need not start fast.
  'demo.mjs': 'examples/demo/main.ts',
};

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Without it jsonc-parser's UMD build is taken, which finds its parts at run time, and the SDK is half as large again.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const bundleUrl = "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;";

/** CJS bundles start faster than ESM; `import()` of another entry becomes a plain `require` there. */
const commonJs: BuildOptions = {
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: bundleUrl },
};

/** Less to read and to compile, and still with names and lines in a stack trace. */
const smaller = {
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
} as const;

/** Bundled CJS packages ask for `require`, which an ES module has to make. */
const esModule: BuildOptions = {
  format: 'esm',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};

const started = process.hrtime.bigint();
mkdirSync(dist, { recursive: true });

const packages = new Set<string>();
const lines: string[] = [];
for (const [name, source] of Object.entries(entries)) {
  if (!existsSync(join(root, source))) continue;
  const outfile = join(dist, name);
  const { metafile } =
    name === 'app.cjs'
      ? await buildInParts(source, outfile)
      : await build({
          ...options,
          ...(name.endsWith('.cjs') ? commonJs : esModule),
          ...(name === 'teal.cjs' && { define: { ...commonJs.define, bundledApp: JSON.stringify(appName()) } }),
          entryPoints: [source],
          outfile,
          plugins: [entriesApart(source)],
        });
  if (metafile) for (const bundled of packagesOf(metafile)) packages.add(bundled);
  lines.push(`${relative(root, outfile)} ${(statSync(outfile).size / 1024).toFixed(0)} kB`);
}
const program = join(dist, 'teal.cjs');
if (existsSync(program)) {
  writeFileSync(program, `#!/usr/bin/env node\n${readFileSync(program, 'utf8')}`);
  chmodSync(program, 0o755);
}
writeFileSync(join(dist, 'licenses.txt'), licences([...packages].sort()));
// Old bundles go last, so that a teal that runs while this builds finds its parts.
const written = new Set([...Object.keys(entries), 'licenses.txt']);
for (const name of readdirSync(dist)) if (!written.has(name)) rmSync(join(dist, name), { recursive: true });
process.stderr.write(`${lines.join(', ')} in ${Number((process.hrtime.bigint() - started) / 1_000_000n)} ms\n`);

/**
 * One file of parts that are each evaluated when they are needed: what `import()` names is a part, and so is what
 * several of them share. In a bundle of one piece every module that `import()` reaches would stay whole; in parts only
 * what is used of it. And in one file nothing goes missing where teal is updated while a command runs.
 */
async function buildInParts(source: string, outfile: string): Promise<{ readonly metafile: Metafile | undefined }> {
  const { metafile, outputFiles } = await build({
    ...options,
    ...smaller,
    format: 'esm',
    splitting: true,
    define: { 'import.meta.url': '__bundleUrl' },
    entryPoints: { app: source },
    outdir: dist,
    write: false,
    plugins: [entriesApart(source)],
  });
  const parts: string[] = [];
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      ...smaller,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      supported: { 'dynamic-import': false },
    });
    parts.push(`${JSON.stringify(`./${basename(path)}`)}(module, exports, require) {${code}},`);
  }
  writeFileSync(
    outfile,
    `"use strict";
${bundleUrl}
const __parts = {
${parts.join('\n')}
};
const __loaded = new Map();
function __require(name) {
  const part = Object.hasOwn(__parts, name) ? __parts[name] : undefined;
  if (part === undefined) return require(name);
  let module = __loaded.get(name);
  if (module === undefined) {
    module = { exports: {} };
    __loaded.set(name, module);
    part(module, module.exports, __require);
  }
  return module.exports;
}
module.exports = __require('./app.js');
`,
    'latin1',
  );
  return { metafile };
}

/** Changes with the content of `app.cjs`. */
function appName(): string {
  const content = readFileSync(join(dist, 'app.cjs'));
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** Leaves other entries out of a bundle: they are required when they are needed. */
function entriesApart(self: string): Plugin {
  const files = new Map(Object.entries(entries).map(([name, source]) => [join(root, source), name]));
  return {
    name: 'entries-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
        const file = resolve(resolveDir, path);
        const name = files.get(file);
        if (kind !== 'dynamic-import' || name === undefined || file === join(root, self)) return undefined;
        return { path: `./${name}`, external: true };
      });
    },
  };
}

/** The folders of the packages that a bundle has code of. */
function packagesOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs).flatMap((path) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.split(sep).join('/'));
    return found?.[1] === undefined ? [] : [found[1]];
  });
}

/** The licences of what is bundled, which ask to be passed on with it; each text once. */
function licences(folders: readonly string[]): string {
  const namesOf = new Map<string, string[]>();
  for (const folder of folders) {
    const at = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    const file = readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `${license}` : readFileSync(join(at, file), 'utf8').trim();
    namesOf.set(text, [...(namesOf.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...namesOf].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(78)}\n\n`);
}
