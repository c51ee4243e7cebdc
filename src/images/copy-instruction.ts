import { posix } from 'node:path';
import { type BuildSources, imageEntry } from './build-sources.ts';
import type { Flag, Instruction } from './dockerfile.ts';
import { refuseAt } from './image-error.ts';
import { cleanRelative, pathPattern } from './path-pattern.ts';
import type { RootEntry } from './root-filesystem.ts';
import type { SourceEntry } from './source-tree.ts';
import type { Stage, StageSurroundings } from './stage.ts';

/** Something that COPY brings: a file, or a folder whose content it brings. */
interface Source {
  /** For messages and for the file's own name. */
  readonly path: string;
  readonly entry: RootEntry;
  readonly below: readonly (readonly [string, RootEntry])[];
  /** The folder of the context that the destination folder then stands for; undefined from another stage. */
  readonly origin: string | undefined;
}

/** COPY, and ADD of local files: Docker's rules for what lands where. */
export function copyIntoStage(
  stage: Stage,
  instruction: Instruction,
  around: StageSurroundings,
  expand: (word: string) => string,
): void {
  if (instruction.heredoc) {
    refuseAt(instruction, 'a here-document has no file in the context: put its text into a file and COPY that.');
  }
  const { from, mode } = readFlags(instruction, around, expand);
  const words = (instruction.list ?? instruction.text.split(/\s+/).filter(Boolean)).map(expand);
  const destination = words.at(-1);
  const patterns = words.slice(0, -1);
  if (destination === undefined || patterns.length === 0) {
    refuseAt(instruction, `${instruction.name} needs at least a source and a destination.`);
  }
  if (instruction.name === 'ADD') for (const pattern of patterns) refuseRemote(pattern, instruction);
  const sources = patterns.flatMap((pattern) =>
    from === undefined
      ? fromContext(pattern, around.sources, instruction)
      : fromStage(pattern, from, stageNamed(from, instruction, around), around.sources, instruction),
  );
  const to = posix.resolve(stage.workingDirectory, destination);
  const intoFolder = sources.length > 1 || /(^|\/)\.?$/.test(destination) || stage.files.get(to)?.kind === 'directory';
  if (sources.length > 1 && !/(^|\/)\.{0,2}$/.test(destination) && stage.files.get(to)?.kind !== 'directory') {
    refuseAt(instruction, `with several sources the destination must be a folder: write ${destination}/`);
  }
  for (const source of sources) place(stage, source, to, intoFolder, mode);
}

function place(stage: Stage, source: Source, to: string, intoFolder: boolean, mode: number | undefined): void {
  const withMode = (entry: RootEntry): RootEntry =>
    entry.kind === 'file' && mode !== undefined ? { ...entry, executable: (mode & 0o111) !== 0 } : entry;
  if (source.entry.kind === 'directory') {
    stage.files.put(to, { kind: 'directory' });
    for (const [path, entry] of source.below) stage.files.put(posix.join(to, path), withMode(entry));
    if (to === '/') for (const [path] of source.below) stage.roots.add(`/${path.split('/')[0]}`);
    else stage.roots.add(to);
    if (source.origin !== undefined) stage.origins.set(to, source.origin);
    return;
  }
  const path = intoFolder ? posix.join(to, posix.basename(source.path)) : to;
  stage.files.put(path, withMode(source.entry));
  stage.roots.add(path);
  if (source.origin !== undefined && posix.basename(path) === posix.basename(source.path)) {
    const folder = posix.dirname(path);
    if (!stage.origins.has(folder)) stage.origins.set(folder, source.origin);
  }
}

function readFlags(
  instruction: Instruction,
  around: StageSurroundings,
  expand: (word: string) => string,
): { from: string | undefined; mode: number | undefined } {
  let from: string | undefined;
  let mode: number | undefined;
  const flag: Record<string, (flag: Flag) => void> = {
    from: ({ value }) => {
      from = expand(value);
    },
    chmod: ({ value }) => {
      const octal = expand(value);
      if (!/^0?[0-7]{3}$/.test(octal))
        refuseAt(instruction, `--chmod=${octal}: only octal modes such as 755 are known.`);
      mode = Number.parseInt(octal, 8);
    },
    chown: () => around.note(`line ${instruction.line}: --chown is ignored: files belong to you, on this machine.`),
    link: () => {},
  };
  for (const one of instruction.flags) {
    const apply = flag[one.name];
    if (!apply) refuseAt(instruction, `--${one.name} is not supported here: ${instruction.name} without it.`);
    apply(one);
  }
  return { from, mode };
}

function refuseRemote(pattern: string, instruction: Instruction): void {
  if (/^(https?:\/\/|git@|git:\/\/|ssh:\/\/)/.test(pattern)) {
    refuseAt(instruction, `ADD ${pattern}: nothing is downloaded. Fetch it in local.build, and COPY it.`);
  }
  if (/\.(tar|tar\.gz|tgz|tar\.bz2|tar\.xz|txz)$/.test(pattern)) {
    refuseAt(
      instruction,
      `ADD ${pattern}: archives are not unpacked here. Unpack it in local.build, and COPY the files.`,
    );
  }
}

function fromContext(pattern: string, sources: BuildSources, instruction: Instruction): readonly Source[] {
  const path = cleanRelative(pattern);
  const { entries } = sources.tree;
  const found = entries.has(path) || !/[*?[]/.test(path) ? [path] : matching(path, entries);
  if (found.length === 0) refuseAt(instruction, `nothing in the context matches "${pattern}".`);
  return found.map((one) => sourceInContext(one, pattern, sources, instruction));
}

const matching = (pattern: string, entries: ReadonlyMap<string, SourceEntry>): readonly string[] => {
  const expression = pathPattern(pattern);
  return [...entries.keys()].filter((path) => path !== '' && expression.test(path));
};

function sourceInContext(path: string, written: string, sources: BuildSources, instruction: Instruction): Source {
  const { tree } = sources;
  let real = path;
  let entry = tree.entries.get(real);
  // A link that is named itself is followed, one inside a folder is kept (as BuildKit does).
  for (let hops = 0; entry?.kind === 'link' && hops < 40; hops++) {
    real = cleanLink(real, entry.target);
    entry = tree.entries.get(real);
  }
  if (!entry) {
    const why = sources.whyMissing(path) ?? 'It does not exist there.';
    refuseAt(instruction, `"${written}" is not in the context. ${why}`);
  }
  const prefix = real ? `${real}/` : '';
  const below: (readonly [string, RootEntry])[] = [];
  if (entry.kind === 'directory') {
    for (const [one, child] of tree.entries) {
      if (one.startsWith(prefix) && one !== real)
        below.push([one.slice(prefix.length), imageEntry(sources, one, child)]);
    }
  }
  const origin = entry.kind === 'directory' ? real : real.includes('/') ? posix.dirname(real) : '';
  return { path, entry: imageEntry(sources, real, entry), below, origin };
}

const cleanLink = (path: string, target: string): string =>
  target.startsWith('/') ? target : cleanRelative(posix.join(posix.dirname(path), target));

function stageNamed(name: string, instruction: Instruction, around: StageSurroundings): Stage {
  return (
    around.stage(name) ??
    refuseAt(
      instruction,
      `--from=${name} is another image, and images are not pulled here. COPY from a stage of this Dockerfile, or get the files in local.build.`,
    )
  );
}

function fromStage(
  pattern: string,
  name: string,
  stage: Stage,
  sources: BuildSources,
  instruction: Instruction,
): readonly Source[] {
  const path = posix.resolve('/', pattern);
  const expression = /[*?[]/.test(path) ? pathPattern(path) : undefined;
  const found = expression
    ? stage.files.entries().filter(([one]) => expression.test(one))
    : [path].flatMap((one): (readonly [string, RootEntry])[] => {
        const entry = stage.files.get(one);
        return entry ? [[one, entry]] : [];
      });
  if (found.length > 0) {
    return found.map(([one, entry]) => ({ path: one, entry, below: stage.files.below(one), origin: undefined }));
  }
  const inContext = contextPath(path, stage, sources);
  if (inContext !== undefined) return [{ ...sourceInContext(inContext, pattern, sources, instruction), path }];
  const guess = guessContextPath(path, stage);
  const hint = (guess && sources.whyMissing(guess)) ?? 'COPY in that stage did not bring it.';
  return refuseAt(
    instruction,
    `stage "${name}" has no ${pattern} here. ${hint} RUN is not executed: local.build has to make it${guess ? ` as ${guess} in the context` : ` below ${stage.workingDirectory}`}.`,
  );
}

/** Where a path of a stage is in the context: below a folder that COPY brought, or below its working directory. */
function contextPath(path: string, stage: Stage, sources: BuildSources): string | undefined {
  for (const [folder, origin] of foldersAbove(path, stage)) {
    const candidate = cleanRelative(posix.join(origin, posix.relative(folder, path)));
    if (sources.tree.entries.has(candidate)) return candidate;
  }
  return undefined;
}

function guessContextPath(path: string, stage: Stage): string | undefined {
  const [first] = foldersAbove(path, stage);
  return first && cleanRelative(posix.join(first[1], posix.relative(first[0], path)));
}

function foldersAbove(path: string, stage: Stage): readonly (readonly [string, string])[] {
  const known = new Map([[stage.workingDirectory, ''], ...stage.origins]);
  return [...known]
    .filter(([folder]) => folder === '/' || path === folder || path.startsWith(`${folder}/`))
    .sort(([a], [b]) => b.length - a.length);
}
