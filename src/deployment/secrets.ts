import type { CallError } from './ports.ts';

/** Where a secret is kept. */
export interface SecretPlace {
  readonly store: 'ssm' | 'secretsmanager';
  readonly name: string;
}

/** What a store tells of a secret besides its value, which teal never asks for. */
export type SecretReading =
  | {
      readonly kind: 'there';
      readonly arn: string;
      /** Parameter Store's number, or the id of the version that is Secrets Manager's AWSCURRENT. */
      readonly version: string;
      /** ISO 8601. */
      readonly changedAt: string;
    }
  | { readonly kind: 'missing' }
  /** Marked for deletion (ISO 8601), or without a version: nobody gets its value. */
  | { readonly kind: 'without-value'; readonly deletedAt: string | null }
  | { readonly kind: 'unread'; readonly error: CallError };

/** A secret of a service, as its store tells now. */
export interface SecretNow extends SecretPlace {
  /** The variable that gets it. */
  readonly variable: string;
  readonly reading: SecretReading;
}
