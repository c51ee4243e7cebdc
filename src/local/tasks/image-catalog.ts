/** An image that was uploaded to the runtime, under one of its names. */
export interface UploadedImage {
  /** Grows with every upload: what is above one seen before is new. */
  readonly serial: number;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  /** The bytes whose SHA-256 the digest is. */
  readonly manifest: string;
  /** Of its layer, in bytes. */
  readonly size: number;
}

/** What tasks can be started from. The images are the same in all accounts and regions. */
export interface ImageCatalog {
  /** Those with a serial above `serial`, in the order of their uploads. */
  uploadedSince(serial: number): readonly UploadedImage[];
}
