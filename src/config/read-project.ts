import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Result } from '../base/index.ts';
import type { SourceFile } from './diagnostic.ts';
import type { Project } from './normalised.ts';
import { type InvalidProject, parseProject, projectFile } from './project.ts';

/** Reads and parses the project in a folder. @throws when a file is there and cannot be read. */
export const readProject = (root: string): Result<Project, InvalidProject> => parseProject(readSources(root));

/**
 * The same, and looks whether the folders that images are built from are there. Apart, because a roll-back must not
 * depend on a folder that only a build needs.
 */
export const readProjectToBuild = (root: string): Result<Project, InvalidProject> =>
  parseProject(readSources(root), (folder) => {
    if (!statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) return 'folder';
    return existsSync(join(root, folder, 'Dockerfile')) ? undefined : 'Dockerfile';
  });

function readSources(root: string): SourceFile[] {
  const files = [projectFile, ...jsonFiles(root, 'services'), ...jsonFiles(root, 'environments')];
  return files
    .filter((path) => existsSync(join(root, path)))
    .map((path): SourceFile => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The folder with `teal.json`: this one or the nearest above. */
export function findProjectRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, projectFile))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** What a project's services or environments are called, by their files alone: whatever is in those. */
export const namesOfFiles = (root: string, folder: 'services' | 'environments'): readonly string[] =>
  jsonFiles(root, folder).map((path) => basename(path, '.json'));

function jsonFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${folder}/${name}`);
}
