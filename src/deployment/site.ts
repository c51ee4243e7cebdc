import type { Color } from './color.ts';

/** Where weights live. */
export type Place =
  | { readonly kind: 'rule'; readonly arn: string }
  | { readonly kind: 'listener'; readonly arn: string };

/** What provisioning published of an environment: SSM `/teal/<environment>`. */
export interface EnvironmentSite {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly journalTable: string;
  /** How long after a weight write requests may still follow the old weights. */
  readonly trafficSettleSeconds: number;
  /** Value of the `x-teal-test` header that reaches the test rules. Not a secret. */
  readonly testToken: string;
}

export interface ColorSite {
  /** Name of the ECS service. */
  readonly service: string;
  /** ARN. */
  readonly targetGroup: string;
}

/** What an UpdateService carries besides task definition and count: Terraform publishes it, a deployment applies it. */
export interface Wanted {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
  /** Target-group stickiness of the production action, seconds; null is off. */
  readonly stickinessSeconds: number | null;
}

/** All that a deployment must know of what exists: discovery's two documents, read and checked. */
export interface Site {
  readonly environment: EnvironmentSite;
  readonly service: string;
  readonly terraformHash: string;
  readonly places: readonly Place[];
  /** A rule beside each place, which leads requests with the test header to the colour under test. */
  readonly testPlaces: readonly Place[];
  readonly colors: Readonly<Record<Color, ColorSite>>;
  readonly roles: { readonly execution: string; readonly task: string };
  readonly logGroup: string;
  /** What DynamoDB calls the service's tables, by the variable that tells it to a task. */
  readonly tables: Readonly<Record<string, string>>;
  readonly wanted: Wanted;
}
