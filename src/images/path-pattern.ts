import { posix } from 'node:path';

/**
 * One of Docker's path patterns as a regular expression over a whole relative path: `*` and `?` stop at a slash,
 * `**` does not, `[a-z]` is a class, a backslash takes a character's meaning (moby/patternmatcher's rules).
 */
export function pathPattern(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '*' && pattern[i + 1] === '*') {
      i += 1;
      if (pattern[i + 1] === '/') {
        i += 1;
        source += '(?:.*/)?';
      } else {
        source += '.*';
      }
    } else if (char === '*') {
      source += '[^/]*';
    } else if (char === '?') {
      source += '[^/]';
    } else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) {
        source += '\\[';
      } else {
        source += `[${pattern.slice(i + 1, end).replace(/\\/g, '\\\\')}]`;
        i = end;
      }
    } else if (char === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escaped(pattern[i] ?? '');
    } else {
      source += escaped(char);
    }
  }
  return new RegExp(`^${source}$`, 's');
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A path as Docker reads it, relative to the context: no leading or trailing slash, no `.` and `..`; the context is ''. */
export function cleanRelative(path: string): string {
  const clean = posix.normalize(`/${path}`).slice(1).replace(/\/$/, '');
  return clean === '.' ? '' : clean;
}
