/** A duration as people say it: `0.4 s`, `12 s`, `3 min 10 s`, `2 h 5 min`. */
export function durationWords(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    `${big} ${bigUnit}${small > 0 ? ` ${small} ${smallUnit}` : ''}`;
  return minutes < 60
    ? two(minutes, 'min', seconds % 60, 's')
    : two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
