import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import type { ProbeAnswer } from './ports.ts';
import { ProbeBook } from './probe-book.ts';
import { aPlan, aSite } from './testing/a-plan.ts';
import { anAnswer } from './testing/scripted-prober.ts';

const failed: ProbeAnswer = { kind: 'failed', why: 'ECONNRESET', latencyMs: 5 };
const nameless = anAnswer('', { headers: {}, status: 502 });

function aBook(fields: Parameters<typeof aPlan>[0] = {}, identities = { blue: 'old', green: 'new' } as object) {
  const book = new ProbeBook(aPlan({ limits: { windowSeconds: 10 }, ...fields }));
  book.learn(identities);
  return book;
}

const counts = (book: ProbeBook) => ({ blue: book.totals('blue'), green: book.totals('green') });
const none = { answers: 0, failed: 0 };
const one = { answers: 1, failed: 0 };
const oneFailed = { answers: 1, failed: 1 };

describe('a probe is counted', () => {
  test.each([
    ['for the colour that it names', 'public', anAnswer('old'), { blue: one, green: none }],
    ['for the new colour by name', 'public', anAnswer('new'), { blue: none, green: one }],
    ['as failed for a server’s error', 'public', anAnswer('new', { status: 500 }), { blue: none, green: oneFailed }],
    ['as well answered for a client’s error', 'public', anAnswer('new', { status: 404 }), { blue: none, green: one }],
    ['for nobody, where it names none', 'public', nameless, { blue: none, green: none }],
    ['for nobody, where nobody answered', 'public', failed, { blue: none, green: none }],
    ['for nobody, where it names a stranger', 'public', anAnswer('other'), { blue: none, green: none }],
    ['for the new colour over the test rule, whoever answered', 'test', nameless, { blue: none, green: oneFailed }],
    ['for the new colour over the test rule, also without an answer', 'test', failed, { blue: none, green: oneFailed }],
    ['for whom it names over the test rule', 'test', anAnswer('old'), { blue: one, green: none }],
  ] as const)('%s', (_, via, answer, expected) => {
    const book = aBook();
    book.record(via, ms(0), answer);
    expect(counts(book)).toEqual(expected);
  });

  test('by the plan’s revision, where that of the former is known to be another', () => {
    const book = aBook({ revision: { id: 'rev-2', digest: '' } }, { blue: 'rev-1' });
    book.record('public', ms(0), anAnswer('rev-2'));
    expect(book.totals('green')).toEqual(one);
  });

  test('for nobody, where both colours run the same revision', () => {
    for (const identities of [{}, { blue: 'rev-2' }, { blue: 'rev-2', green: 'rev-2' }]) {
      const book = aBook({ revision: { id: 'rev-2', digest: '' } }, identities);
      book.raising(ms(0), 10);
      book.record('public', ms(1), anAnswer('rev-2'));
      expect([book.totals('green'), book.cutoverMs]).toEqual([none, null]);
    }
  });
});

describe('the window', () => {
  test('forgets what is older than it, totals do not', () => {
    const book = aBook();
    book.record('public', ms(0), anAnswer('new', { status: 500 }));
    book.record('public', ms(6_000), anAnswer('new', { latencyMs: 40 }));
    expect(book.window('green', ms(10_000))).toMatchObject({ answers: 2, failed: 1, overMs: 10_000 });
    expect(book.window('green', ms(10_001))).toMatchObject({ answers: 1, failed: 0, p99Ms: 40, example: '' });
    expect(book.totals('green')).toEqual({ answers: 2, failed: 1 });
  });

  test('tells quantiles and the latest failure', () => {
    const book = aBook();
    for (let latencyMs = 1; latencyMs <= 100; latencyMs++) book.record('public', ms(0), anAnswer('new', { latencyMs }));
    book.record('test', ms(1), failed);
    expect(book.window('green', ms(2))).toMatchObject({ answers: 101, p99Ms: 99, example: 'ECONNRESET from GET /' });
  });

  test('is empty where nothing was heard', () => {
    expect(aBook().window('green', ms(0))).toEqual({
      answers: 0,
      failed: 0,
      p50Ms: 0,
      p99Ms: 0,
      overMs: 0,
      example: '',
    });
  });
});

describe('what is measured', () => {
  test('of a cutover: from the first raise to the new colour’s first answer as clients get it', () => {
    const book = aBook();
    book.record('test', ms(50), anAnswer('new'));
    book.raising(ms(100), 10);
    book.record('public', ms(120), anAnswer('old'));
    book.record('test', ms(130), anAnswer('new'));
    expect(book.cutoverMs).toBeNull();
    book.record('public', ms(180), anAnswer('new'));
    book.raising(ms(500), 10);
    book.record('public', ms(600), anAnswer('new'));
    expect(book.cutoverMs).toBe(80);
  });

  test('of a rollback: until the last probe was sent that the new colour still answered', () => {
    const book = aBook();
    expect(book.rollbackMs).toBeNull();
    book.takingBack(ms(100));
    expect(book.rollbackMs).toBe(0);
    book.record('public', ms(250), anAnswer('new', { latencyMs: 100 }));
    book.record('public', ms(300), anAnswer('old'));
    expect(book.rollbackMs).toBe(50);
  });

  test('of a probe that was under way at the write: nothing', () => {
    const book = aBook();
    book.takingBack(ms(100));
    book.record('public', ms(110), anAnswer('new', { latencyMs: 50 }));
    expect(book.rollbackMs).toBe(0);
  });

  test('since each colour’s last answer to a client, infinite before', () => {
    const book = aBook();
    book.record('test', ms(10), anAnswer('new'));
    expect(book.sinceAnswer(ms(20))).toEqual({ blue: Number.POSITIVE_INFINITY, green: Number.POSITIVE_INFINITY });
    book.record('public', ms(20), anAnswer('old'));
    expect(book.sinceAnswer(ms(50)).blue).toBe(30);
  });

  test('of a first deployment: whatever answers well is the new colour, named or not', () => {
    const book = aBook({ first: true, identity: null });
    book.raising(ms(0), 100);
    book.record('public', ms(10), anAnswer('', { status: 503 }));
    expect(book.sinceAnswer(ms(20)).green).toBe(Number.POSITIVE_INFINITY);
    book.record('public', ms(20), anAnswer(''));
    expect(book.sinceAnswer(ms(50))).toEqual({ blue: Number.POSITIVE_INFINITY, green: 30 });
  });

  test('of a first deployment: what its listener itself answers before the first weight is nobody’s', () => {
    const book = aBook({ first: true, identity: null });
    const notFound = anAnswer('', { status: 404, latencyMs: 5 });
    book.record('public', ms(10), notFound);
    book.raising(ms(20), 100);
    book.record('public', ms(24), notFound);
    expect(book.sinceAnswer(ms(30)).green).toBe(Number.POSITIVE_INFINITY);
    book.record('public', ms(40), anAnswer(''));
    expect(book.sinceAnswer(ms(50)).green).toBe(10);
  });

  test('of a first deployment that another driver gave weight: from the beginning', () => {
    const book = new ProbeBook(aPlan({ first: true, identity: null }), true);
    book.record('public', ms(10), anAnswer(''));
    expect(book.sinceAnswer(ms(30)).green).toBe(20);
  });
});

describe('clients that stay with a colour', () => {
  const kept = (name: string, cookie = name) =>
    anAnswer(name, { headers: { 'x-revision': name, 'set-cookie': `AWSALBTG=${cookie}; Path=/,AWSALBTGCORS=x` } });
  const sticky = (stickinessSeconds: number | null = 60) => {
    const site = aSite();
    return aBook({ site: { ...site, wanted: { ...site.wanted, stickinessSeconds } } });
  };

  test('carry the cookie that the colour which met them set, and the latest of it', () => {
    const book = sticky();
    book.record('public', ms(0), kept('old', 'first'));
    expect([book.sticky.cookieOf('blue'), book.sticky.cookieOf('green')]).toEqual(['AWSALBTG=first', undefined]);
    book.record('sticky-from', ms(1), kept('old', 'second'));
    expect(book.sticky.cookieOf('blue')).toBe('AWSALBTG=second');
  });

  test('are not looked for where the service is not sticky', () => {
    const book = sticky(null);
    book.record('public', ms(0), kept('old'));
    expect(book.sticky.cookieOf('blue')).toBeUndefined();
  });

  test('reach the new colour with the write of all traffic, new ones with the first write', () => {
    const book = sticky();
    book.record('public', ms(0), kept('old'));
    book.raising(ms(100), 10);
    book.record('public', ms(105), kept('new'));
    book.record('sticky-from', ms(110), kept('old'));
    book.raising(ms(200), 100);
    book.record('sticky-from', ms(207), kept('new'));
    expect([book.cutoverMs, book.sticky.cutoverMs]).toEqual([5, 7]);
  });

  test('leave it with the write that takes back: the last request that it still answered', () => {
    const book = sticky();
    book.raising(ms(100), 10);
    book.record('public', ms(105), kept('new'));
    book.takingBack(ms(200));
    book.record('sticky-to', ms(209), { ...kept('new'), latencyMs: 4 });
    book.record('sticky-to', ms(220), kept('old'));
    expect(book.sticky.rollbackMs).toBe(5);
  });
});
