/** A task definition as teal renders it: what RegisterTaskDefinition is given, in the domain's words. */
export interface TaskDefinition {
  readonly family: string;
  readonly cpu: number;
  readonly memory: number;
  readonly architecture: 'X86_64' | 'ARM64';
  readonly executionRole: string;
  readonly taskRole: string;
  readonly container: {
    readonly name: string;
    /** Pinned by digest. */
    readonly image: string;
    readonly command: readonly string[] | undefined;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
    /** Name → `valueFrom`: never a value. */
    readonly secrets: Readonly<Record<string, string>>;
    readonly healthCheck:
      | {
          readonly command: readonly string[];
          readonly intervalSeconds: number;
          readonly timeoutSeconds: number;
          readonly retries: number;
          readonly startPeriodSeconds: number;
        }
      | undefined;
    readonly stopTimeoutSeconds: number;
    readonly logGroup: string;
    readonly region: string;
  };
}
