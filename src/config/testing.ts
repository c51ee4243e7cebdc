import { assert } from '../base/index.ts';
import type { Environment, Service } from './normalised.ts';
import { type InvalidProject, parseProject } from './project.ts';

/** A project of these services (by name) and environments, as JSON values or texts. */
export function aProject(files: {
  readonly services?: Readonly<Record<string, unknown>>;
  readonly environments?: Readonly<Record<string, unknown>>;
}) {
  const sources = (folder: string, values: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(values).map(([name, value]) => ({
      path: `${folder}/${name}.json`,
      text: typeof value === 'string' ? value : JSON.stringify(value, null, 2),
    }));
  return parseProject([
    { path: 'teal.json', text: '{ "name": "items" }' },
    ...sources('services', files.services),
    ...sources('environments', files.environments),
  ]);
}

/** A service that says no more than it must, and these fields. */
export function aServiceFile(fields: object): object {
  return { image: 'api:1', port: 8080, routes: [{ priority: 10 }], ...fields };
}

/** The same, normalised. */
export function aService(fields: object): Service {
  const project = aProject({ services: { api: aServiceFile(fields) } });
  assert(project.ok, project.ok ? '' : texts(project.error).join('\n'));
  const [service] = project.value.services;
  assert(service, 'a project of one service has it');
  return service;
}

/** An environment that says no more than it must, and these fields. */
export function anEnvironment(name: string, fields: object): Environment {
  const file = { account: '123456789012', region: 'eu-west-1', ...fields };
  const project = aProject({ environments: { [name]: file } });
  assert(project.ok, project.ok ? '' : texts(project.error).join('\n'));
  const environment = project.value.environments.find((candidate) => candidate.name === name);
  assert(environment, 'a project of one environment has it');
  return environment;
}

/** Each problem as `path: message`. */
export function texts({ diagnostics }: InvalidProject): string[] {
  return diagnostics.map(({ path, message }) => `${path}: ${message}`);
}

/** The problems of a service with these fields. */
export function problemsOf(fields: object): string[] {
  const project = aProject({ services: { api: aServiceFile(fields) } });
  return project.ok ? [] : texts(project.error);
}
