import { join } from 'node:path';

/**
 * Where a container engine may listen: at DOCKER_HOST and nowhere else, or at the usual places of Docker and Podman,
 * a user's own before the machine's.
 * @throws Error for a DOCKER_HOST that is no socket of this machine: tasks share its network
 */
export function engineSockets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { DOCKER_HOST: given, HOME: home, XDG_RUNTIME_DIR: own } = environment;
  if (given) {
    const path = /^unix:\/\/(\/.+)$/.exec(given)?.[1];
    if (path) return [path];
    throw new Error(`DOCKER_HOST=${given}: expected unix:///path, the socket of an engine on this machine.`);
  }
  return [
    ...(own ? [join(own, 'docker.sock'), join(own, 'podman', 'podman.sock')] : []),
    ...(home ? [join(home, '.docker', 'run', 'docker.sock')] : []),
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
  ];
}
