import type { Random } from '../base/index.ts';

/** A temporary access key that carries the account in which it acts. */
export const accessKeyFor = (account: string, random: Random): string => `ASIA${account}${random.hex(4).toUpperCase()}`;

/**
 * The account that an access key belongs to: a key of twelve digits is one, a temporary key carries that in which it
 * acts. Undefined for any other key.
 */
export const accountOfAccessKey = (accessKeyId: string): string | undefined =>
  /^(\d{12})$/.exec(accessKeyId)?.[1] ?? /^ASIA(\d{12})[0-9A-F]{4}$/.exec(accessKeyId)?.[1];
