/** What an environment's size decides wherever its file does not. */
export interface SizeDecisions {
  /** Availability zones. */
  readonly zones: number;
  /** How tasks reach what is outside of the network. */
  readonly outbound: 'nat' | 'endpoints' | 'public';
  /** A NAT gateway in each zone, or one for all. */
  readonly natPerZone: boolean;
  /** Whether what is dear to lose can be deleted at all. */
  readonly deletionProtection: boolean;
  /** Of the platform's own logs; a service says for itself how long its logs are kept. */
  readonly retentionDays: number;
  readonly secretsStore: 'ssm' | 'secretsmanager';
  /** A KMS key of the environment's own, or AWS's. */
  readonly ownKey: boolean;
  readonly containerInsights: boolean;
  readonly accessLogs: boolean;
  readonly database: {
    readonly instanceClass: string;
    readonly storageGib: number;
    readonly multiZone: boolean;
    readonly readReplica: boolean;
    readonly backupDays: number;
    readonly rotationDays: number;
    /** Of Aurora: ACUs. */
    readonly capacity: { readonly min: number; readonly max: number };
  };
}

/** The sizes, as data. Prices are in docs/terraform.md. */
export const sizes = {
  frugal: {
    zones: 2,
    outbound: 'public',
    natPerZone: false,
    deletionProtection: false,
    retentionDays: 7,
    secretsStore: 'ssm',
    ownKey: false,
    containerInsights: false,
    accessLogs: false,
    database: {
      instanceClass: 'db.t4g.micro',
      storageGib: 20,
      multiZone: false,
      readReplica: false,
      backupDays: 1,
      rotationDays: 90,
      capacity: { min: 0.5, max: 2 },
    },
  },
  production: {
    zones: 3,
    outbound: 'nat',
    natPerZone: true,
    deletionProtection: true,
    retentionDays: 90,
    secretsStore: 'secretsmanager',
    ownKey: true,
    containerInsights: true,
    accessLogs: true,
    database: {
      instanceClass: 'db.t4g.medium',
      storageGib: 50,
      multiZone: true,
      readReplica: true,
      backupDays: 14,
      rotationDays: 30,
      capacity: { min: 1, max: 16 },
    },
  },
} as const satisfies Readonly<Record<string, SizeDecisions>>;
