import { expect, test } from 'vitest';
import { identify } from './identify.ts';
import { anAnswer } from './testing/scripted-prober.ts';

const header = { kind: 'header', header: 'X-Revision', path: '/' } as const;
const at = (json: string) => ({ kind: 'path', path: '/version', json }) as const;
const body = (text: string) => anAnswer('', { headers: {}, body: text });

test.each([
  ['by a header, however it is written', header, anAnswer('v2'), 'v2'],
  ['not by a header that is missing', header, body(''), undefined],
  ['by a JSON path', at('$.build.id'), body('{"build":{"id":"v2"}}'), 'v2'],
  ['by an item of a list', at('$.builds[1]'), body('{"builds":["v1","v2"]}'), 'v2'],
  ['by a number', at('$.version'), body('{"version":7}'), '7'],
  ['not by an object', at('$.build'), body('{"build":{}}'), undefined],
  ['not by what is absent', at('$.a.b'), body('{"a":1}'), undefined],
  ['not by a page', at('$.version'), body('<html>'), undefined],
  ['not without an answer', header, { kind: 'failed', why: 'ECONNRESET', latencyMs: 1 }, undefined],
] as const)('an answer is told %s', (_, identity, answer, expected) =>
  expect(identify(identity, answer)).toBe(expected),
);
