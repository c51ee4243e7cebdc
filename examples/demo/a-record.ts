import type { LoadRecord } from './load-record.ts';

/** For tests: a request that blue answered at once, unless told otherwise. */
export function aRecord({
  colour = 'blue',
  version = 'v1',
  ...over
}: Partial<LoadRecord> & { colour?: string; version?: string }): LoadRecord {
  const sentAt = over.sentAt ?? 0;
  return {
    rid: 'a-0',
    kind: 'read',
    connection: 'fresh',
    dueAt: sentAt,
    sentAt,
    endedAt: sentAt + 2,
    outcome: { kind: 'answered', answeredAt: over.endedAt ?? sentAt + 2, status: 200, version, colour, correct: true },
    ...over,
  };
}
