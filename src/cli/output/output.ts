import type { DeploymentEvent } from '../../deployment/index.ts';
import type { Paint } from './paint.ts';

/** What a person at the live view asks for. */
export type LiveKey = 'promote' | 'abort' | 'detach' | 'interrupt';

/**
 * Where a command tells its story: results on stdout, progress and problems on stderr. With `--json` stdout carries
 * one JSON document per line. The same events feed all forms.
 */
export interface Output {
  /** A person sits at both ends and may be asked. */
  readonly interactive: boolean;
  /** A deployment is being driven by this process. */
  readonly driving: boolean;
  readonly json: boolean;
  event(event: DeploymentEvent): void;
  /** One sentence of progress. */
  note(line: string): void;
  /** What the command is for: text for people, or the value as one JSON document. */
  result(text: string, value: object): void;
  problem(text: string, value?: object): void;
  /** Asks a yes-or-no question on a terminal; false elsewhere. */
  confirm(question: string): Promise<boolean>;
  /** Asks once what an interrupt shall do, with the consequences; only where `interactive`. */
  askInterrupt(): Promise<'rollback' | 'leave' | 'go-on'>;
  /** What the keys of a live view do. */
  onKey(act: (key: LiveKey, service: string) => void): void;
  /** Where something can be redrawn in place: null elsewhere. */
  readonly screen: { readonly width: number; readonly height: number; readonly paint: Paint } | null;
  /** Shows a text in place of the one shown before; where nothing can be redrawn, below it. */
  show(text: string, value: object): void;
  /** Ends the live view, leaving its last state as plain text. */
  close(): void;
}
