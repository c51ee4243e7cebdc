import { resolve } from 'node:path';
import type { WebService } from '../config/index.ts';
import type { ResolvedImage } from '../deployment/index.ts';
import { buildImage, uploadImage } from '../images/index.ts';
import { type Context, resolveTag } from '../operations/index.ts';
import { CliError } from './cli-error.ts';
import type { Output } from './output/index.ts';
import { refused } from './refusal-text.ts';

/** The service's image by digest: built and uploaded where the local runtime asks for it. */
export async function prepareImage(context: Context, service: WebService, output: Output): Promise<ResolvedImage> {
  const { environment, root, runtime, signal } = context;
  const found = wantedImage(service, environment.name);
  if (found.kind === 'digest') return found;
  if (found.kind === 'tag') return resolvedTag(context, service, found.reference);
  const started = context.clock.monotonic();
  await using built = await build(root, service, found.directory, output, signal);
  if (!runtime) throw new Error('only the local environment builds');
  const reference = await uploadImage({
    endpoint: runtime.endpoint,
    repository: service.name,
    region: environment.region,
    image: built,
    signal,
  });
  output.note(
    `Built ${service.name} ${built.digest.slice(0, 19)}… in ${((context.clock.monotonic() - started) / 1000).toFixed(1)} s.`,
  );
  return { reference, digest: built.digest };
}

async function resolvedTag(context: Context, service: WebService, reference: string): Promise<ResolvedImage> {
  const resolved = await resolveTag(context, reference);
  if (resolved.ok) return resolved.value;
  throw refused(resolved.error, { service: service.name, environment: context.environment.name });
}

/** The service's image for a plan: built where that gives its digest, and uploaded nowhere. `context` where there is somebody to ask. */
export async function previewImage(
  service: WebService,
  at: {
    readonly environment: string;
    readonly root: string;
    readonly signal: AbortSignal;
    readonly context: Context | undefined;
  },
  output: Output,
): Promise<ResolvedImage> {
  const found = wantedImage(service, at.environment);
  if (found.kind === 'digest') return found;
  if (found.kind === 'tag') {
    if (at.context) return resolvedTag(at.context, service, found.reference);
    throw new CliError(
      'refused',
      `services/${service.name}.json image: which digest ${found.reference} is, ECR knows, and the local runtime does not run: teal local start. Nothing was changed.`,
    );
  }
  await using built = await build(at.root, service, found.directory, output, at.signal);
  return { reference: `${service.name}@${built.digest}`, digest: built.digest };
}

/** What the JSON names; refused where that gives no digest. */
function wantedImage({ image, name }: WebService, environment: string): WebService['image'] {
  if (image.kind === 'build' && environment !== 'local') {
    throw new CliError(
      'refused',
      `services/${name}.json image.build: only the local runtime takes what is built here. In ${environment} name an image by digest. Nothing was changed.`,
    );
  }
  return image;
}

async function build(root: string, service: WebService, directory: string, output: Output, signal: AbortSignal) {
  const built = await buildImage({
    context: resolve(root, directory),
    build: service.local.build,
    command: service.command,
    architecture: service.architecture,
    environment: definedVariables(),
    signal,
    onOutput: (line) => output.note(`  ${line}`),
  });
  for (const note of built.notes) output.note(note);
  return built;
}

/** The user's environment, for `local.build`; nothing of it gets into the image. */
export const definedVariables = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
