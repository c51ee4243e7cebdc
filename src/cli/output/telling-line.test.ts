import { expect, test } from 'vitest';
import { tellingLine } from './telling-line.ts';

test("teal's own line about a task comes before errors and before what came last", () => {
  const own = 'teal: the task listens on 8080, not on $PORT';
  expect(tellingLine([own, 'Error: stopped', 'bye'])).toBe(own);
});

test('without one the last error is told, else the last line that says anything', () => {
  expect(tellingLine(['TypeError: x', 'an error counter: 1', 'bye'])).toBe('TypeError: x');
  expect(tellingLine(['hello', 'bye', ' '])).toBe('bye');
  expect(tellingLine([])).toBeUndefined();
});
