/** What a command's exit tells a script. Documented in `docs/cli.md`. */
export const exitCodes = {
  ok: 0,
  /** A fault of teal's, or of something that it can't name. */
  unexpected: 1,
  /** Bad input or usage: nothing was changed. */
  usage: 2,
  /** Refused: nothing was changed. */
  refused: 3,
  /** The deployment failed before it had traffic. */
  failed: 4,
  'rolled-back': 5,
  /** A person is needed: weights stay as found. */
  halted: 6,
  /** Another process drives now. */
  'lease-lost': 7,
  /** The deployment goes on without a driver: `teal resume`. */
  left: 8,
  drift: 10,
} as const;

export type ExitName = keyof typeof exitCodes;
