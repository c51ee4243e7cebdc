import type * as z from 'zod';
import { err, ok, type Result } from '../base/index.ts';
import { type BuildFolderLack, checkBuildFolders } from './check-build-folders.ts';
import { checkProject, type NamedFile } from './check-project.ts';
import { checkService } from './check-service.ts';
import { localEnvironment } from './defaults.ts';
import { type Diagnostic, diagnosticAt, missingFile, nearest, type SourceFile } from './diagnostic.ts';
import { environmentSchema } from './environment-schema.ts';
import { parseJsonFile } from './json-file.ts';
import { nameProblem } from './names.ts';
import { normaliseEnvironment, normaliseService, plainLoadBalancer } from './normalise.ts';
import type { Environment, Project, Service } from './normalised.ts';
import { projectSchema } from './project-schema.ts';
import { schemaDiagnostics } from './schema-issues.ts';
import { serviceSchema } from './service-schema.ts';

/** Every problem of every file, by file and place. */
export interface InvalidProject {
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were looked at. */
  readonly fileCount: number;
}

export const projectFile = 'teal.json';

/** The name in `services/<name>.json` or `environments/<name>.json`; `undefined` for every other path. */
function nameOfFile(path: string): { kind: 'service' | 'environment'; name: string } | undefined {
  const [, folder, name] = /^(services|environments)\/([^/]+)\.json$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  return { kind: folder === 'services' ? 'service' : 'environment', name };
}

/**
 * Parses a project's files and checks them, each by itself and against each other. Other files are passed over.
 * `lackOf` tells what is on the disk; without it nothing is said of the folders that images are built from.
 */
export function parseProject(
  files: readonly SourceFile[],
  lackOf: BuildFolderLack = () => undefined,
): Result<Project, InvalidProject> {
  const diagnostics: Diagnostic[] = [];
  const serviceFiles: NamedFile[] = [];
  const environmentFiles: NamedFile[] = [];
  const services: Service[] = [];
  const environments: Environment[] = [];
  let name: string | undefined;
  let fileCount = 0;

  for (const source of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const about = nameOfFile(source.path);
    if (about === undefined && source.path !== projectFile) continue;
    fileCount++;
    if (about === undefined) {
      const parsed = parseFile(source, projectSchema);
      diagnostics.push(...parsed.diagnostics);
      name = parsed.data?.name;
      continue;
    }
    if (about.kind === 'environment' && about.name === 'local') {
      const message = 'environment "local" is built in and has no file: remove this one, or rename it';
      diagnostics.push(diagnosticAt(source, { offset: 0, length: 1 }, { message }));
      continue;
    }
    diagnostics.push(...checkName(source, about));
    if (about.kind === 'environment') {
      const { file, data, diagnostics: found } = parseFile(source, environmentSchema);
      diagnostics.push(...found);
      environmentFiles.push({ name: about.name, file });
      if (data) environments.push(normaliseEnvironment(about.name, data));
      continue;
    }
    const { file, data, diagnostics: found } = parseFile(source, serviceSchema);
    const between = isObject(file.value) ? checkService(file) : [];
    diagnostics.push(...found, ...between);
    if (file.readable) serviceFiles.push({ name: about.name, file });
    if (data && between.length === 0) services.push(normaliseService(about.name, source.path, data));
  }

  if (!files.some(({ path }) => path === projectFile)) {
    const message = 'is missing: it marks the root of a project. "teal init" writes one.';
    diagnostics.push(missingFile(projectFile, message));
  }
  diagnostics.push(...checkProject(serviceFiles, environmentFiles), ...checkBuildFolders(serviceFiles, lackOf));
  if (diagnostics.length > 0 || name === undefined) return err({ diagnostics: inOrder(diagnostics), fileCount });
  return ok({ name, services: services.sort(byName), environments: [...environments, local(services)].sort(byName) });
}

/** Of a project's service or environment: not there, and what was probably meant. */
export interface UnknownName {
  readonly kind: 'unknown-service' | 'unknown-environment';
  readonly name: string;
  readonly known: readonly string[];
  readonly suggestion: string | null;
  readonly message: string;
}

export function findService(project: Project, name: string): Result<Service, UnknownName> {
  return find('service', project.services, name);
}

export function findEnvironment(project: Project, name: string): Result<Environment, UnknownName> {
  return find('environment', project.environments, name);
}

function find<Item extends { readonly name: string }>(
  what: 'service' | 'environment',
  items: readonly Item[],
  name: string,
): Result<Item, UnknownName> {
  const item = items.find((candidate) => candidate.name === name);
  if (item) return ok(item);
  const known = items.map((candidate) => candidate.name);
  const suggestion = nearest(name, known) ?? null;
  const file = `${what}s/${name}.json`;
  const message = [
    `No ${what} "${name}": there is no ${file}.`,
    known.length > 0 ? ` This project has ${known.join(', ')}.` : '',
    suggestion === null ? '' : ` Did you mean "${suggestion}"?`,
  ].join('');
  return err({ kind: `unknown-${what}`, name, known, suggestion, message });
}

/** Built in: the runtime on this machine has every load balancer that a service asks for. */
function local(services: readonly Service[]): Environment {
  const asked = services.flatMap((service) => (service.kind === 'web' ? [service.loadBalancer] : []));
  const environment = environmentSchema.parse({ ...localEnvironment, size: 'frugal', allowEndpoint: true });
  return {
    ...normaliseEnvironment('local', environment),
    loadBalancers: Object.fromEntries(['main', ...asked].map((name) => [name, plainLoadBalancer])),
  };
}

function parseFile<Schema extends z.ZodType>(source: SourceFile, schema: Schema) {
  const file = parseJsonFile(source);
  if (!file.readable) return { file, data: undefined, diagnostics: file.problems };
  const { data, error } = schema.safeParse(file.value);
  return { file, data, diagnostics: [...file.problems, ...schemaDiagnostics(file, schema, error?.issues ?? [])] };
}

function checkName(
  source: SourceFile,
  { kind, name }: { kind: 'service' | 'environment'; name: string },
): Diagnostic[] {
  const problem = nameProblem(kind, name);
  return problem === undefined
    ? []
    : [diagnosticAt(source, { offset: 0, length: 1 }, { message: `${problem}: rename the file` })];
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = ({ file, line, column }: Diagnostic) =>
    [file, String(line).padStart(8, '0'), String(column).padStart(8, '0')].join('\0');
  return [...diagnostics].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
