import type * as sdk from '@aws-sdk/client-ecr';
import type { VirtualClock } from '../../../base/index.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { UploadedImage } from '../../tasks/image-catalog.ts';
import { instant } from '../../timing.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
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
  const uploads: UploadedImage[] = [];
  const world = loneWorld('ecr', {
    timing: instant,
    images: { uploadedSince: (serial) => uploads.filter((upload) => upload.serial > serial) },
    store: backing,
  });
  const { clock } = world;
  const state = ecr.create(world);
  const run: EcrFixture['run'] = (name, input) => {
    const handler = ecr.operations[name];
    // The operation under a name has the types of that name.
    return handler?.(state, input as never, aCall) as never;
  };
  return {
    clock,
    state,
    run,
    refusal: (name, input) => refusalOf(() => run(name, input)),
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
