import type * as sdk from '@aws-sdk/client-ecr';
import { createRandom, createVirtualClock, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { UploadedImage } from '../../tasks/image-catalog.ts';
import { instant } from '../../timing.ts';
import type { World } from '../../world.ts';
import { ecr } from './index.ts';
import type { EcrState } from './state.ts';

type Name = keyof typeof ecr.operations;

export interface EcrFixture {
  readonly clock: VirtualClock;
  readonly state: EcrState;
  /** Runs one operation by its name. */
  run<Of extends Name & string>(name: Of, input: InputOf<typeof sdk, Of>): OutputOf<typeof sdk, Of>;
  /** The error that it answers with, as `Code: message`. */
  refusal<Of extends Name & string>(name: Of, input: InputOf<typeof sdk, Of>): string;
  upload(repository: string, tag: string | undefined, manifest: string): void;
  /** A manifest that no other has. */
  manifest(name: string): string;
}

/** ECR of one account in virtual time; a given store makes it the successor of another. */
export function ecrFixture(backing: Store = memoryStore()): EcrFixture {
  const clock = createVirtualClock();
  const uploads: UploadedImage[] = [];
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock,
    random: createRandom('ecr'),
    timing: instant,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: { locate: () => undefined, check: () => {} },
    images: { uploadedSince: (serial) => uploads.filter((upload) => upload.serial > serial) },
    store: backing,
    use: () => {
      throw new Error('no other service in this world');
    },
  };
  const state = ecr.create(world);
  const call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };
  const run: EcrFixture['run'] = (name, input) => {
    const handler = ecr.operations[name];
    // The operation under a name has the types of that name.
    return handler?.(state, input as never, call) as never;
  };
  return {
    clock,
    state,
    run,
    refusal(name, input) {
      try {
        run(name, input);
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'accepted';
    },
    upload(repository, tag, manifest) {
      const digest = `sha256:${manifest.padEnd(64, '0')}`;
      uploads.push({ serial: uploads.length + 1, repository, tag, digest, manifest, size: 10 });
    },
    manifest: (name) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { size: 100, mediaType: 'application/vnd.oci.image.config.v1+json', digest: name },
        layers: [{ size: 1000 }],
      }),
  };
}
