/** The parts of `[registry/]repository[:tag][@sha256:…]`. */
export interface ImageReference {
  /** Without the registry. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Undefined for what is no image reference. */
export function parseReference(text: string): ImageReference | undefined {
  const found =
    /^(?:([^/@]*[.:][^/@]*|localhost)\/)?([a-z0-9][a-z0-9._/-]*)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  if (!found) return undefined;
  return { repository: found[2] ?? '', tag: found[3], digest: found[4] };
}

/** ECR's rules for a repository's name (ECR-API/API_CreateRepository). */
export const isRepositoryName = (name: string): boolean =>
  name.length >= 2 &&
  name.length <= 256 &&
  /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name);

export const isTag = (tag: string): boolean => /^\w[\w.-]{0,127}$/.test(tag);

export const isDigest = (digest: string): boolean => /^sha256:[0-9a-f]{64}$/.test(digest);
