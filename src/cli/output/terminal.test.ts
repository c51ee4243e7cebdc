import { expect, test } from 'vitest';
import { terminalOf } from './terminal.ts';

const both = { stdin: true, stderr: true };

test('a person at a terminal gets a live view in colour and may be asked', () => {
  expect(terminalOf({ TERM: 'xterm' }, both)).toEqual({ live: true, interactive: true, color: true });
});

test('CI gets plain lines and is asked nothing, whatever its streams pretend', () => {
  expect(terminalOf({ TERM: 'xterm', CI: 'true' }, both)).toEqual({ live: false, interactive: false, color: false });
});

test('a dumb terminal gets plain lines, and its person may be asked', () => {
  expect(terminalOf({ TERM: 'dumb' }, both)).toEqual({ live: false, interactive: true, color: false });
});

test('NO_COLOR takes the colours alone, unless it is empty', () => {
  expect(terminalOf({ NO_COLOR: '1' }, both)).toEqual({ live: true, interactive: true, color: false });
  expect(terminalOf({ NO_COLOR: '' }, both).color).toBe(true);
});

test('nobody is asked where input does not come from a terminal', () => {
  expect(terminalOf({}, { stdin: false, stderr: true })).toMatchObject({ live: true, interactive: false });
  expect(terminalOf({}, { stdin: true, stderr: false })).toMatchObject({ live: false, interactive: false });
});
