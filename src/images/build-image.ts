import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from '../base/index.ts';
import { baseDefaults, interpreterOf, satisfies } from './base-image.ts';
import type { BuildSources } from './build-sources.ts';
import { parseDockerfile } from './dockerfile.ts';
import { type Ignore, ignoreNothing, parseDockerignore } from './dockerignore.ts';
import { evaluateDockerfile } from './evaluate-dockerfile.ts';
import type { ImageConfig } from './image-config.ts';
import { ImageError } from './image-error.ts';
import { type Layer, writeLayer } from './layer.ts';
import { runLocalBuild } from './local-build.ts';
import { copySourceTree, readSourceTree } from './source-tree.ts';
import type { Stage } from './stage.ts';

export interface BuildOptions {
  /** The folder that COPY reads. Nothing in it is changed. */
  readonly context: string;
  /** Relative to the context; `Dockerfile` unless given. */
  readonly dockerfile?: string | undefined;
  /** The commands of `local.build`, in place of all RUNs. */
  readonly build?: readonly string[] | undefined;
  /** What the service runs in place of the image's CMD; null where it leaves that to the image, absent for no service. */
  readonly command?: readonly string[] | null;
  readonly architecture: 'X86_64' | 'ARM64';
  /** For `local.build`, and PATH for finding interpreters: the user's own. It does not get into the image. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Each line that `local.build` prints. */
  readonly onOutput: (line: string) => void;
}

/** A built image in a temporary folder, which goes when this is disposed. */
export interface BuiltImage extends AsyncDisposable {
  /** `sha256:` and 64 hex digits, over configuration and content: equal for equal content. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** What was ignored or differs from a real build, a sentence each. */
  readonly notes: readonly string[];
  /** The archive to upload: a tar of `manifest.json` and `layer.tar`. May be read several times. */
  archive(): AsyncIterable<Uint8Array>;
  /** Of the archive, in bytes. */
  readonly size: number;
}

/**
 * Builds an image from a Dockerfile without Docker: see docs/images.md for what each instruction does.
 * @throws ImageError when the Dockerfile, the context or `local.build` does not allow it.
 */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const context = await existingFolder(options.context);
  const file = options.dockerfile ?? 'Dockerfile';
  const dockerfile = parseDockerfile(await readDockerfile(resolve(context, file), file, context), file);
  const { ignore, name: ignoreFile } = await readIgnore(context, file);
  const temporary = await mkdtemp(join(await realpath(tmpdir()), 'teal-image-'));
  try {
    const sources = await prepareSources(context, temporary, ignore, ignoreFile, options);
    const { stage, notes, runLines } = evaluateDockerfile(dockerfile, sources, options.architecture);
    const unsaid = nothingToRun(stage, options.command, file);
    if (unsaid !== undefined && options.command === null) throw new ImageError(unsaid);
    const layerFile = join(temporary, 'layer.tar');
    const layer = await writeLayer(stage.files, layerFile, options.signal);
    await rm(join(temporary, 'context'), { recursive: true, force: true });
    const config = configOf(stage, options.architecture);
    const manifest = Buffer.from(JSON.stringify({ schema: 1, config, layer }));
    const allNotes = [
      ...(unsaid === undefined ? inheritedCommand(stage, options.command, file) : [unsaid]),
      ...(runLines.length > 0 && (options.build ?? []).length === 0 ? [runNote(runLines)] : []),
      ...notes,
      ...(await interpreterNotes(stage.base, options)),
    ];
    return {
      digest: `sha256:${createHash('sha256').update(manifest).digest('hex')}`,
      config,
      notes: allNotes,
      archive: () => archiveBytes(manifest, layer, layerFile),
      size: archiveSize(manifest, layer),
      [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** A base image's own CMD would run on AWS; here it is not known, and the task would fail with less to say. */
function nothingToRun(stage: Stage, command: BuildOptions['command'], file: string): string | undefined {
  const words = [...(stage.entryPoint ?? []), ...(command ?? stage.command ?? [])];
  if (words.length > 0) return undefined;
  return `${file}: neither CMD nor ENTRYPOINT says what runs, and those of FROM ${stage.base} are not known: base images are not read here. Add a CMD, or give the service a "command".`;
}

/** A known base image's own command mostly is an interpreter with nothing to interpret: said before it ends at once. */
function inheritedCommand(stage: Stage, command: BuildOptions['command'], file: string): readonly string[] {
  const known = baseDefaults(stage.base);
  const words = (of: Pick<Stage, 'entryPoint' | 'command'>) =>
    [...(of.entryPoint ?? []), ...(of.command ?? [])].join(' ');
  if (command || words(known) !== words(stage)) return [];
  return [
    `${file}: neither CMD nor ENTRYPOINT says what runs: "${words(stage)}" will be run, as FROM ${stage.base} has it.`,
  ];
}

async function existingFolder(context: string): Promise<string> {
  const found = await stat(context).catch(() => undefined);
  if (!found?.isDirectory()) throw new ImageError(`${context} is not a folder: an image is built from one.`);
  return realpath(context);
}

async function readDockerfile(path: string, file: string, context: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ImageError(
      `${context} has no ${file}: write one (FROM, WORKDIR, COPY, CMD), or name another Dockerfile.`,
      { cause },
    );
  });
}

/** As in BuildKit, `<Dockerfile>.dockerignore` is used in place of the context's, where it exists. */
async function readIgnore(context: string, file: string): Promise<{ ignore: Ignore; name: string }> {
  for (const path of [resolve(context, `${file}.dockerignore`), join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { ignore: parseDockerignore(text), name: relative(context, path) || basename(path) };
  }
  return { ignore: ignoreNothing, name: '.dockerignore' };
}

async function prepareSources(
  context: string,
  temporary: string,
  ignore: Ignore,
  ignoreFile: string,
  options: BuildOptions,
): Promise<BuildSources> {
  const whyMissing = (path: string): string | undefined => {
    const rule = ignore.ruleFor(path);
    return (
      rule && `${ignoreFile}:${rule.line} ("${rule.text}") leaves it out; what a RUN makes, local.build has to make.`
    );
  };
  const tree = await readSourceTree(context, ignore, options.signal);
  const commands = options.build ?? [];
  if (commands.length === 0) return { tree, products: new Set(), whyMissing };
  const folder = join(temporary, 'context');
  await mkdir(folder);
  await copySourceTree(tree, folder, options.signal);
  await runLocalBuild({ ...options, folder, commands });
  const built = await readSourceTree(folder, ignoreNothing, options.signal);
  const products = new Set([...built.entries.keys()].filter((path) => !tree.entries.has(path)));
  return { tree: built, products, whyMissing };
}

const configOf = (stage: Stage, architecture: ImageConfig['architecture']): ImageConfig => ({
  architecture,
  base: stage.base,
  environment: sortedRecord(stage.environment),
  workingDirectory: stage.workingDirectory,
  entryPoint: stage.entryPoint,
  command: stage.command,
  exposedPorts: [...stage.exposedPorts].sort(),
  stopSignal: stage.stopSignal,
  healthCheck: stage.healthCheck,
  labels: sortedRecord(stage.labels),
  volumes: [...stage.volumes].sort(),
  roots: [...stage.roots].sort(),
});

const sortedRecord = (map: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

const runNote = (lines: readonly number[]): string =>
  `RUN is not executed (line ${lines.join(', ')}): give local.build the commands that make what the image needs.`;

async function interpreterNotes(base: string, options: BuildOptions): Promise<readonly string[]> {
  const wanted = interpreterOf(base);
  if (!wanted) return [];
  const found = await versionOf(wanted.program, options);
  if (found === undefined)
    return [`FROM ${base} has ${wanted.title}, this machine has no ${wanted.program} on its PATH.`];
  if (satisfies(found, wanted.version)) return [];
  return [`FROM ${base} has ${wanted.title} ${wanted.version}; here tasks run on this machine's ${found}.`];
}

function versionOf(program: string, options: BuildOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { env: { ...options.environment }, signal: options.signal }, (error, out, err) => {
      resolve(error ? undefined : /\d+(\.\d+)+/.exec(out || err)?.[0]);
    });
  });
}

async function* archiveBytes(manifest: Uint8Array, layer: Layer, layerFile: string): AsyncGenerator<Uint8Array> {
  yield tarHeader({ path: 'manifest.json', kind: 'file', size: manifest.length, executable: false, target: '' });
  yield manifest;
  yield tarPadding(manifest.length);
  yield tarHeader({ path: 'layer.tar', kind: 'file', size: layer.size, executable: false, target: '' });
  yield* createReadStream(layerFile);
  yield tarPadding(layer.size);
  yield tarEnd();
}

const archiveSize = (manifest: Uint8Array, layer: Layer): number =>
  512 + manifest.length + tarPadding(manifest.length).length + 512 + layer.size + tarPadding(layer.size).length + 1024;
