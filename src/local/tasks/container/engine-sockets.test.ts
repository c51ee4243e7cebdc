import { expect, test } from 'vitest';
import { engineSockets } from './engine-sockets.ts';

test('a container engine is looked for at DOCKER_HOST alone where it is set', () => {
  expect(engineSockets({ DOCKER_HOST: 'unix:///tmp/one.sock', HOME: '/ana' })).toEqual(['/tmp/one.sock']);
});

test('a container engine is looked for at the usual places, the user’s own first', () => {
  expect(engineSockets({ HOME: '/ana', XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual([
    '/run/user/1000/docker.sock',
    '/run/user/1000/podman/podman.sock',
    '/ana/.docker/run/docker.sock',
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
  ]);
  expect(engineSockets({})).toEqual(['/var/run/docker.sock', '/run/podman/podman.sock']);
});

test('an engine on another machine is refused: its containers could not reach this one', () => {
  expect(() => engineSockets({ DOCKER_HOST: 'tcp://build:2375' })).toThrow(
    'DOCKER_HOST=tcp://build:2375: expected unix:///path, the socket of an engine on this machine.',
  );
});
