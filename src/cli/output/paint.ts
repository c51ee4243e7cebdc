/** Colour underlines what the words say already. */
export interface Paint {
  readonly blue: (text: string) => string;
  readonly green: (text: string) => string;
  /** What waits. */
  readonly yellow: (text: string) => string;
  /** What needs a person. */
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const wrapped =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`;
const asIs = (text: string): string => text;

export const colored: Paint = {
  blue: wrapped(34, 39),
  green: wrapped(32, 39),
  yellow: wrapped(33, 39),
  red: wrapped(31, 39),
  dim: wrapped(2, 22),
  bold: wrapped(1, 22),
};

export const uncolored: Paint = { blue: asIs, green: asIs, yellow: asIs, red: asIs, dim: asIs, bold: asIs };
