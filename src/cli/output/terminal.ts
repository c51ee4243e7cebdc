/** What the streams of this process can do. */
export interface Terminal {
  /** A block may be redrawn in place on stderr. */
  readonly live: boolean;
  /** A person sits at both ends and may be asked. */
  readonly interactive: boolean;
  readonly color: boolean;
}

/** Decided before anything of a live view is loaded. CI and dumb terminals get plain lines (https://no-color.org for NO_COLOR). */
export function terminalOf(
  environment: Readonly<Record<string, string | undefined>>,
  isTty: { readonly stdin: boolean; readonly stderr: boolean },
): Terminal {
  const ci = (environment.CI ?? '') !== '' && environment.CI !== 'false';
  const dumb = environment.TERM === 'dumb';
  return {
    live: isTty.stderr && !ci && !dumb,
    interactive: isTty.stderr && isTty.stdin && !ci,
    color: isTty.stderr && !ci && !dumb && (environment.NO_COLOR ?? '') === '',
  };
}
