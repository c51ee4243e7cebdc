import type * as sdk from '@aws-sdk/client-ecr';
import type { Random } from '../../../base/index.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';

export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

export type RepositoryRecord = {
  readonly name: string;
  readonly createdAt: number;
  readonly mutability: Mutability;
  /** Tags that the mutability does not hold for, with `*` for any text. */
  readonly exclusions: readonly string[];
  readonly scanOnPush: boolean;
  readonly encryption: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | null;
  readonly lifecycle: { readonly text: string; readonly evaluatedAt: number } | null;
  readonly preview: Preview | null;
  /** Made by an upload, not by a call: CreateRepository takes it over. */
  readonly implicit: boolean;
};

/** What a lifecycle policy would do, as it was when somebody asked. */
export type Preview = {
  readonly text: string;
  readonly startedAt: number;
  readonly expiring: readonly { readonly digest: string; readonly tags: readonly string[]; readonly rule: number }[];
};

export type ImageRecord = {
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly size: number;
  readonly pushedAt: number;
  /** Of its first tag; later ones are behind it. */
  readonly tags: readonly string[];
  readonly scannedAt: number | null;
};

export interface EcrState {
  readonly world: World;
  readonly random: Random;
  /** By name. */
  readonly repositories: Collection<RepositoryRecord>;
  /** By `imageKey`. */
  readonly images: Collection<ImageRecord>;
  /** By `imageKey`: images that were here, and that no task can pull any more. */
  readonly deleted: Collection<true>;
  /** Under `uploads`: the serial of the last upload that was taken over. */
  readonly taken: Collection<number>;
  /** Whether lifecycle policies are looked at from time to time: only while there are any. */
  readonly lifecycles: { watched: boolean };
}

export type Operation<Name extends string> = Handler<EcrState, InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>>;

/** Sorts by repository, then by digest. Names hold no `@`. */
export const imageKey = (repository: string, digest: string): string => `${repository}@${digest}`;

export const imagesOf = (state: EcrState, repository: string): readonly ImageRecord[] =>
  [...state.images.range(`${repository}@`, `${repository}A`)].map(([, image]) => image);

export const imageTagged = (state: EcrState, repository: string, tag: string): ImageRecord | undefined =>
  imagesOf(state, repository).find(({ tags }) => tags.includes(tag));

export function deleteImage(state: EcrState, repository: string, digest: string): void {
  state.images.delete(imageKey(repository, digest));
  state.deleted.put(imageKey(repository, digest), true);
}

export const registryHost = ({ account, region }: Pick<World, 'account' | 'region'>): string =>
  `${account}.dkr.ecr.${region}.amazonaws.com`;

export const repositoryArn = ({ account, region }: World, name: string): string =>
  `arn:aws:ecr:${region}:${account}:repository/${name}`;
