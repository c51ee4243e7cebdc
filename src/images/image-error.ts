/** An image that cannot be built or uploaded: the message tells where, what was found and what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

/** Where an instruction stands: the Dockerfile as the user named it, and its first line, counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** @throws ImageError always, its message beginning with `file:line: `. */
export function refuseAt(at: Position, message: string): never {
  throw new ImageError(`${at.file}:${at.line}: ${message}`);
}
