/**
 * Whether all that the path pattern `narrow` matches is certainly matched by `wide`: equal patterns, or a beginning
 * without wildcards before a final `*`. Patterns are compared by their beginnings only, so that nothing is claimed
 * that is not so.
 */
export function pathCovers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const beginning = wide.slice(0, -1);
  return wide.endsWith('*') && !/[*?]/.test(beginning) && narrow.startsWith(beginning);
}
