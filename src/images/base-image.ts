/** What is known of a base image without having it. */
export interface BaseDefaults {
  readonly workingDirectory: string;
  readonly entryPoint: readonly string[] | null;
  readonly command: readonly string[] | null;
}

/** Defaults of base images whose Dockerfiles lean on them: a distroless image's entry point is its interpreter. */
export function baseDefaults(base: string): BaseDefaults {
  const { name } = splitReference(base);
  const none: BaseDefaults = { workingDirectory: '/', entryPoint: null, command: null };
  if (/^gcr\.io\/distroless\/nodejs/.test(name)) return { ...none, entryPoint: ['/nodejs/bin/node'] };
  if (/^gcr\.io\/distroless\/python3/.test(name)) return { ...none, entryPoint: ['/usr/bin/python3'] };
  if (name === 'node') return { ...none, command: ['node'] };
  if (name === 'python') return { ...none, command: ['python3'] };
  return none;
}

/** An interpreter of a base image, and how this machine tells the version of its own. */
export interface Interpreter {
  readonly program: string;
  readonly title: string;
  /** As much of it as the base image's name tells: `22`, `3.12`. */
  readonly version: string;
}

/** The interpreter that a base image stands for, when its name tells the version. */
export function interpreterOf(base: string): Interpreter | undefined {
  const { name, tag } = splitReference(base);
  const version = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1];
  const last = name.split('/').at(-1) ?? '';
  if (last === 'node' && version) return { program: 'node', title: 'Node', version };
  if (last === 'python' && version) return { program: 'python3', title: 'Python', version };
  const distroless = /^nodejs(\d+)/.exec(last)?.[1];
  if (distroless) return { program: 'node', title: 'Node', version: distroless };
  return undefined;
}

/** `true` when `found` (`20.20.2`) is what `wanted` (`20`, `20.20`) means. */
export const satisfies = (found: string, wanted: string): boolean => found === wanted || found.startsWith(`${wanted}.`);

function splitReference(base: string): { name: string; tag: string } {
  const [reference = ''] = base.replace(/^(docker\.io\/)?(library\/)?/, '').split('@');
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? { name: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { name: reference, tag: '' };
}
