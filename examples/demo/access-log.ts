/** What the demo needs of one line of the balancer's access log (the fields are those of an application load balancer). */
export interface AccessLogEntry {
  /** When the balancer had the request, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** `rid` of the query string; undefined: not a request of the load. */
  readonly rid: string | undefined;
  readonly status: number;
  /** Undefined: no target answered. */
  readonly targetStatus: number | undefined;
  /** ARN; undefined: the request went to no target group. */
  readonly targetGroup: string | undefined;
  readonly userAgent: string;
}

/** Reads a whole log; a last line that is still being written is left out. */
export function parseAccessLog(text: string): AccessLogEntry[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.filter((line) => line !== '').map(parseLine);
}

// Documented order: "Access logs for your Application Load Balancer", syntax.
const field = { status: 8, targetStatus: 9, request: 12, userAgent: 13, targetGroup: 16, createdAt: 21 } as const;

function parseLine(line: string): AccessLogEntry {
  const fields = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const at = (index: number) => fields[index] ?? '-';
  const receivedAt = Date.parse(at(field.createdAt));
  if (Number.isNaN(receivedAt)) throw new Error(`not a line of an access log: ${line}`);
  return {
    receivedAt,
    rid: /[?&]rid=([^&\s]+)/.exec(at(field.request))?.[1],
    status: Number(at(field.status)),
    targetStatus: at(field.targetStatus) === '-' ? undefined : Number(at(field.targetStatus)),
    targetGroup: at(field.targetGroup) === '-' ? undefined : at(field.targetGroup),
    userAgent: at(field.userAgent),
  };
}
