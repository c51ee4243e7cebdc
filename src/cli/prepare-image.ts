import { resolve } from 'node:path';
import type { WebService } from '../config/index.ts';
import type { ResolvedImage } from '../deployment/index.ts';
import { buildImage, uploadImage } from '../images/index.ts';
import type { Context } from '../operations/index.ts';
import { CliError } from './cli-error.ts';
import type { Output } from './output/index.ts';

/** The service's image by digest: built and uploaded where the local runtime asks for it. */
export async function prepareImage(context: Context, service: WebService, output: Output): Promise<ResolvedImage> {
  const { image } = service;
  switch (image.kind) {
    case 'digest':
      return { reference: image.reference, digest: image.digest };
    case 'tag':
      throw new CliError(
        'refused',
        `services/${service.name}.json image: a tag can't be resolved yet: name the digest (${image.reference}@sha256:…). Nothing was changed.`,
      );
    case 'build': {
      if (!context.runtime) {
        throw new CliError(
          'refused',
          `services/${service.name}.json image.build: only the local runtime takes what is built here. In ${context.environment.name} name an image by digest. Nothing was changed.`,
        );
      }
      return buildFor(context.runtime.endpoint, context, resolve(context.root, image.directory), service, output);
    }
  }
}

async function buildFor(
  endpoint: string,
  context: Context,
  directory: string,
  service: WebService,
  output: Output,
): Promise<ResolvedImage> {
  const started = context.clock.monotonic();
  await using built = await buildImage({
    context: directory,
    build: service.local.build,
    architecture: service.architecture,
    environment: definedVariables(),
    signal: context.signal,
    onOutput: (line) => output.note(`  ${line}`),
  });
  for (const note of built.notes) output.note(note);
  const reference = await uploadImage({
    endpoint,
    repository: service.name,
    region: context.environment.region,
    image: built,
    signal: context.signal,
  });
  output.note(
    `Built ${service.name} ${built.digest.slice(0, 19)}… in ${((context.clock.monotonic() - started) / 1000).toFixed(1)} s.`,
  );
  return { reference, digest: built.digest };
}

/** The user's environment, for `local.build`; nothing of it gets into the image. */
export const definedVariables = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
