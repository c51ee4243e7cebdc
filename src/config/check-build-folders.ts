import { posix } from 'node:path';
import type { NamedFile } from './check-project.ts';
import { type Diagnostic, diagnosticAt } from './diagnostic.ts';
import { pathText, spanOf, valueAt } from './json-file.ts';

/** What a folder, given from the project's root, lacks for an image to be built from it. */
export type BuildFolderLack = (folder: string) => 'folder' | 'Dockerfile' | undefined;

const buildPath = ['image', 'build'] as const;

/** The services whose image can't be built because its folder, or the Dockerfile in it, is not there. */
export function checkBuildFolders(services: readonly NamedFile[], lackOf: BuildFolderLack): Diagnostic[] {
  return services.flatMap(({ file }) => {
    const written = valueAt(file.value, buildPath);
    if (typeof written !== 'string' || written === '') return [];
    const folder = posix.join(posix.dirname(file.path), written);
    const lack = lackOf(folder);
    if (lack === undefined) return [];
    const message =
      lack === 'folder'
        ? `there is no folder ${folder}: make it, or name the one that has the Dockerfile (from the folder of this file)`
        : `the folder ${folder} has no Dockerfile: write one (FROM, WORKDIR, COPY, CMD), or name the folder that has it`;
    return [diagnosticAt(file, spanOf(file, buildPath), { path: pathText(buildPath), message })];
  });
}
