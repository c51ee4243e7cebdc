/**
 * A service, an environment and a project as the rest of teal sees them: every default filled in, every duration in
 * seconds (`…Seconds`, fractions allowed), nothing optional: what is absent is `null` or an empty list.
 * `config` alone makes these values.
 */
export type Service = WebService | WorkerService;

/** A service with routes: it stands behind a load balancer, in two colours with a target group each. */
export interface WebService extends ServiceBase {
  readonly kind: 'web';
  /** The port the container listens on (on AWS; on the local runtime each task gets a free one in `$PORT`). */
  readonly port: number;
  readonly routes: readonly [Route, ...Route[]];
  readonly targetHealthCheck: TargetHealthCheck;
  /** The name of one of the environment's load balancers. */
  readonly loadBalancer: string;
  readonly protocol: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly stickiness: Stickiness | null;
  /** How long after a task's start ECS ignores failing health checks. */
  readonly gracePeriodSeconds: number;
  readonly deregistrationDelaySeconds: number;
}

/** A service without routes. */
export interface WorkerService extends ServiceBase {
  readonly kind: 'worker';
}

interface ServiceBase {
  readonly name: string;
  readonly image: Image;
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly architecture: 'X86_64' | 'ARM64';
  /** Replaces the image's CMD; `null` leaves it. */
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly uses: Uses;
  /** The container's own health check, which ECS runs inside the task. */
  readonly healthCheck: ContainerHealthCheck | null;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  readonly logs: { readonly retentionDays: number };
  readonly scaling: Scaling;
  readonly deployment: DeploymentSettings;
  readonly local: { readonly build: readonly string[] };
}

export type Image =
  /** A folder with a Dockerfile, relative to the project's root, with `/` between names. */
  | { readonly kind: 'build'; readonly directory: string }
  /** `name:tag`: resolved to a digest once, in the plan. */
  | { readonly kind: 'tag'; readonly reference: string }
  /** `name@sha256:…`. `reference` is the whole of it, `digest` what follows the `@`. */
  | { readonly kind: 'digest'; readonly reference: string; readonly digest: string };

export type Secret = PlacedSecret | OwnSecret;

/** One that somebody keeps, wherever that is. */
export interface PlacedSecret {
  readonly store: 'ssm' | 'secretsmanager';
  /** The parameter's or secret's name in that store, without the `ssm:` prefix. */
  readonly name: string;
  /** The member that is taken of a secret's JSON object; absent where it is taken whole. Secrets Manager only. */
  readonly key?: string;
  /** True: the task gets the secret's name and fetches the value itself. False: ECS injects the value at start. */
  readonly fetch: boolean;
}

/** One that each environment has of its own, in the store that it chose: Terraform makes it, without a value. */
export interface OwnSecret {
  readonly store: 'environment';
  readonly fetch: boolean;
}

export interface Uses {
  readonly tables: Readonly<Record<string, Table>>;
}

/** A DynamoDB table that the service uses. */
export interface Table extends TableKeys {
  /** Global secondary indexes, by name. */
  readonly indexes: Readonly<Record<string, TableKeys>>;
  /** Capacity units of the table and of each index. Null: billed by request. */
  readonly capacity: { readonly read: number; readonly write: number } | null;
}

export interface TableKeys {
  readonly partitionKey: TableKey;
  readonly sortKey: TableKey | null;
}

export interface TableKey {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface ContainerHealthCheck {
  /** As ECS takes it: the first item is `CMD` or `CMD-SHELL`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

/** One place's conditions: the production rule gets priority 2p, the test rule 2p−1. */
export interface Route {
  /** `null`: any host. */
  readonly host: string | null;
  readonly path: string;
  readonly priority: number;
}

/** The load balancer's check of each target. */
export interface TargetHealthCheck {
  readonly path: string;
  /** HTTP status codes that count as healthy: `200`, `200,204` or `200-299`. */
  readonly matcher: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Stickiness {
  readonly durationSeconds: number;
}

export interface Scaling {
  readonly min: number;
  /** Equal to `min`: a fixed number of tasks. */
  readonly max: number;
  /** Target tracking on CPU; `null`: none. */
  readonly cpuPercent: number | null;
  /** Target tracking on memory; `null`: none. */
  readonly memoryPercent: number | null;
  /** Target tracking on the requests that each task gets in a minute; `null`: none. */
  readonly requestsPerTarget: number | null;
  readonly schedules: readonly ScalingSchedule[];
}

export interface ScalingSchedule {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** An IANA name. */
  readonly timezone: string;
  readonly min: number | null;
  readonly max: number | null;
}

export interface DeploymentSettings {
  /** Who moves the traffic. */
  readonly controller: 'teal' | 'ecs' | 'codedeploy';
  /** Rising weights; the last is 100. The hold of the last step is 0: what follows it is `bakeSeconds`. */
  readonly steps: readonly [Step, ...Step[]];
  /** How long the new colour may take to become healthy. */
  readonly healthTimeoutSeconds: number;
  /** How long the new colour is watched after the last step. */
  readonly bakeSeconds: number;
  /** How long the old colour stays at full capacity after the outcome. */
  readonly keepWarmSeconds: number | 'always';
  /** What a driver without a terminal does on SIGINT or SIGTERM. */
  readonly onInterrupt: 'rollback' | 'leave';
  readonly identity: Identity | null;
  readonly verification: readonly Verification[];
  readonly limits: Limits;
  /** CloudWatch alarms that take the deployment back. */
  readonly alarms: readonly string[];
}

/** A weight of the new colour, and what must hold before the next step. */
export interface Step {
  /** Percent, above 0 to 100, in tenths. */
  readonly weight: number;
  readonly hold: Hold;
}

export interface Hold {
  /** Observed time: what nobody watched does not count. */
  readonly bakeSeconds: number;
}

/** What tells which revision gave an answer. */
export type Identity =
  | { readonly kind: 'header'; readonly header: string }
  /** A GET of `path`; `json` is a JSON path such as `$.version`. */
  | { readonly kind: 'path'; readonly path: string; readonly json: string };

/** A check of the new colour over the test rule, before production traffic. */
export type Verification =
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly status: number;
      /** Text that the body must contain. */
      readonly contains: string | null;
      readonly maxLatencySeconds: number | null;
    }
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly timeoutSeconds: number };

/** What teal's own probes may find before the deployment is taken back. */
export interface Limits {
  readonly failurePercent: number;
  readonly p99Seconds: number | null;
  readonly windowSeconds: number;
  /** Answers within the window below which nothing is judged. */
  readonly minimumAnswers: number;
  /** Too few answers: `hold` stays at the step, `rollback` takes the deployment back. */
  readonly noData: 'hold' | 'rollback';
}

/** Where services run. */
export interface Environment {
  readonly name: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** What provisioning chooses: NAT or public subnets, retention, replicas, deletion protection. */
  readonly size: 'frugal' | 'production';
  /** Asks before it changes anything. */
  readonly protected: boolean;
  /** Whether an endpoint override (`AWS_ENDPOINT_URL`) is accepted. */
  readonly allowEndpoint: boolean;
  /** One Terraform state for all services, or one for each. */
  readonly stateScope: 'all' | 'service';
  readonly network: Network;
  readonly loadBalancers: Readonly<Record<string, LoadBalancer>>;
  /** ECR repositories that are made in it, by name, and how many images of no deployment each keeps. */
  readonly repositories: Readonly<Record<string, { readonly keep: number }>>;
  readonly database: Database | null;
  readonly settings: EnvironmentSettings;
  readonly notify: { readonly email: readonly string[]; readonly webhook: readonly string[] };
}

export interface Network {
  readonly mode: 'create' | 'existing' | 'default';
  /** Availability zones. */
  readonly zones: number;
  /** By name or id. */
  readonly excludedZones: readonly string[];
  readonly cidr: string;
  /** How tasks reach what is outside. */
  readonly outbound: 'nat' | 'endpoints' | 'public';
  readonly natPerZone: boolean;
  /** On which tasks may reach the internet. */
  readonly outboundPorts: readonly number[];
  /** Of an existing network; `null` and empty otherwise. */
  readonly vpc: string | null;
  readonly publicSubnets: readonly string[];
  readonly taskSubnets: readonly string[];
  readonly databaseSubnets: readonly string[];
}

export interface LoadBalancer {
  /** `null`: the load balancer's own DNS name, and HTTP. */
  readonly domain: string | null;
  /** The Route 53 zone of the domain; `null` without a domain, and where the certificate is given. */
  readonly zone: string | null;
  /** The ARN of one that exists; `null`: it is made, and validated in the zone. */
  readonly certificate: string | null;
  readonly internal: boolean;
  readonly testListener: TestListener | null;
  /** Where several environments answer for one domain. */
  readonly routing: Routing | null;
}

export interface Routing {
  readonly policy: 'latency' | 'failover';
  readonly role: 'primary' | 'secondary' | null;
  readonly healthPath: string | null;
}

export interface TestListener {
  readonly port: number;
  /** CIDRs. */
  readonly from: readonly string[];
}

export interface Database {
  readonly engine: 'postgres' | 'aurora-postgres';
  readonly major: number;
  readonly instanceClass: string;
  readonly storageGib: number;
  readonly multiZone: boolean;
  readonly readReplica: boolean;
  readonly backupDays: number;
  readonly rotationDays: number;
  /** Of a password that AWS does not manage. */
  readonly passwordVersion: number;
  /** Of Aurora: ACUs. */
  readonly capacity: { readonly min: number; readonly max: number };
}

/** What the size decides and belongs to no other member. */
export interface EnvironmentSettings {
  readonly deletionProtection: boolean;
  readonly retentionDays: number;
  readonly secretsStore: 'ssm' | 'secretsmanager';
  readonly ownKey: boolean;
  readonly containerInsights: boolean;
  readonly accessLogs: boolean;
}

/** All files of a project, checked against each other. Services and environments are sorted by name; `local` is among the latter. */
export interface Project {
  readonly name: string;
  readonly services: readonly Service[];
  readonly environments: readonly Environment[];
}
