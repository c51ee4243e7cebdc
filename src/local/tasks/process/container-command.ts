import type { ContainerSpec } from '../task-driver.ts';
import { type ContainerPaths, findProgram, insideRoot, mapPaths } from './container-paths.ts';
import type { ImageConfig } from './image-manifest.ts';

export type ContainerCommand =
  | { readonly kind: 'runs'; readonly command: readonly [string, ...string[]]; readonly cwd: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What runs in a container and where: the task definition's words before the image's, paths in the task's copy. */
export function containerCommand(
  container: ContainerSpec,
  image: ImageConfig,
  paths: ContainerPaths,
  searchPath: string,
): ContainerCommand {
  const cwd = insideRoot(paths, container.workingDirectory ?? image.workingDirectory);
  const entryPoint = given(container.entryPoint);
  // As in Docker: an entry point from outside drops the image's command.
  const command = given(container.command) ?? (entryPoint ? [] : (image.command ?? []));
  const [name, ...rest] = [...(entryPoint ?? image.entryPoint ?? []), ...command].map((word) => mapPaths(paths, word));
  if (name === undefined) return { kind: 'refused', reason: cannotStart('no command specified') };
  const program = findProgram(name, cwd, searchPath);
  switch (program.kind) {
    case 'found':
      return { kind: 'runs', command: [program.path, ...rest], cwd };
    case 'not-executable':
      return { kind: 'refused', reason: cannotStart(`exec: "${name}": permission denied`) };
    case 'not-found': {
      const what = name.includes('/')
        ? `stat ${name}: no such file or directory`
        : 'executable file not found in $PATH';
      const hint = `Programs of the base image (${image.base}) are this machine's: install ${name}, or COPY it into the image.`;
      return { kind: 'refused', reason: `${cannotStart(`exec: "${name}": ${what}`)}. ${hint}` };
    }
  }
}

/** A health check's command, `CMD` or `CMD-SHELL` (ECS-API/API_HealthCheck), as it runs here. */
export function healthCheckCommand(
  command: readonly string[],
  paths: ContainerPaths,
  ports: ReadonlyMap<number, number>,
): readonly string[] {
  const [first, ...rest] = command;
  const words = first === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : first === 'CMD' ? rest : command;
  return words.map((word) => withRealPorts(mapPaths(paths, word), ports));
}

/** Inside a container localhost:8080 is the container's own; here it is the task's real port. */
const withRealPorts = (text: string, ports: ReadonlyMap<number, number>): string =>
  text.replace(/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)/g, (whole, host: string, port: string) => {
    const real = ports.get(Number(port));
    return real === undefined ? whole : `${host}:${real}`;
  });

const given = (words: readonly string[] | undefined): readonly string[] | undefined =>
  words && words.length > 0 ? words : undefined;

/** The words that Fargate quotes from its container runtime. */
const cannotStart = (why: string): string =>
  why.startsWith('exec:')
    ? `CannotStartContainerError: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}`
    : `CannotCreateContainerError: ${why}`;
