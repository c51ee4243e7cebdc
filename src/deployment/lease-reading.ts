import type { EpochMs } from '../base/index.ts';

/** Who holds a lease: shown to people whose command is refused. */
export interface Holder {
  readonly who: string;
  readonly where: string;
  readonly since: EpochMs;
}

export type RequestKind = 'pause' | 'resume' | 'promote' | 'abort' | 'rollback';

/** What another process asks of the driver. */
export interface PendingRequest {
  readonly id: string;
  /** The deployment it is about: a later one must not obey it. */
  readonly deployment: string;
  readonly kind: RequestKind;
  readonly by: string;
  /** Of a promote: the hold that its sender saw, `shifting/0` or `baking/0`. '' of all others. */
  readonly hold: string;
}

export interface LeaseReading {
  readonly epoch: number;
  readonly holder: Holder;
  /** True once the holder gave the lease back: no call of its is under way. */
  readonly released: boolean;
  /** Grows with every renewal. A waiter measures expiry over an unchanged counter by its own clock. */
  readonly renewals: number;
  readonly expirySeconds: number;
  /** By the holder's wall clock: for people, who are told that a driver seems lost. Never decides. */
  readonly renewedAt: EpochMs;
  readonly requests: readonly PendingRequest[];
}
