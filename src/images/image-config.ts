/** What an image says about running it. A plain document: it is part of what the digest covers. */
export interface ImageConfig {
  readonly architecture: 'X86_64' | 'ARM64';
  /** The final stage's base image as written, e.g. `node:22-alpine`; its content is not in the image. */
  readonly base: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly entryPoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  /** As in EXPOSE: `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly stopSignal: string;
  readonly healthCheck: HealthCheck | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** Folders and files of the image that COPY and WORKDIR made: absolute paths that begin so are mapped when it runs. */
  readonly roots: readonly string[];
}

export interface HealthCheck {
  /** `['NONE']`, `['CMD', …]` or `['CMD-SHELL', …]`. */
  readonly test: readonly string[];
  /** As written: `interval`, `timeout`, `start-period`, `start-interval`, `retries`. */
  readonly options: Readonly<Record<string, string>>;
}
