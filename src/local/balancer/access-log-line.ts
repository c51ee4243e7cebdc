import type { EpochMs } from '../../base/index.ts';
import type { ClientTls } from './traffic.ts';

/** One request or connection, as ALB/load-balancer-access-logs describes it. Times are seconds, -1 where none. */
export interface AccessLogEntry {
  readonly type: 'http' | 'https' | 'ws' | 'wss';
  readonly endedAt: EpochMs;
  readonly createdAt: EpochMs;
  /** `app/<name>/<id>` */
  readonly loadBalancer: string;
  readonly client: string;
  /** The target's virtual address and port, or undefined when the request reached none. */
  readonly target: string | undefined;
  readonly requestSeconds: number;
  readonly targetSeconds: number;
  readonly responseSeconds: number;
  readonly elbStatus: number;
  readonly targetStatus: number | undefined;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly method: string;
  /** The whole URL with its query. */
  readonly url: string;
  readonly httpVersion: string;
  readonly userAgent: string | undefined;
  readonly targetGroupArn: string | undefined;
  readonly traceId: string;
  /** 0 for the default rule, -1 when no rule was looked at. */
  readonly priority: number;
  readonly action: string | undefined;
  readonly redirectUrl: string | undefined;
  readonly errorReason: string | undefined;
  readonly connectionTraceId: string;
  readonly tls: ClientTls | undefined;
  /** What a rule's transforms made of the host and the URL. */
  readonly transformed: { readonly host: string; readonly url: string } | undefined;
}

export function accessLogLine(entry: AccessLogEntry): string {
  const target = entry.target ?? '-';
  const targetStatus = entry.targetStatus ?? '-';
  return `${[
    entry.type,
    time(entry.endedAt),
    entry.loadBalancer,
    entry.client,
    target,
    duration(entry.requestSeconds),
    duration(entry.targetSeconds),
    duration(entry.responseSeconds),
    entry.elbStatus,
    targetStatus,
    entry.receivedBytes,
    entry.sentBytes,
    quoted(`${entry.method} ${entry.url} HTTP/${entry.httpVersion}`),
    quoted(entry.userAgent),
    entry.tls?.cipher ?? '-',
    entry.tls?.version ?? '-',
    entry.targetGroupArn ?? '-',
    quoted(entry.traceId),
    quoted(entry.tls?.serverName),
    quoted(entry.tls?.certificateArn),
    entry.priority,
    time(entry.createdAt),
    quoted(entry.action),
    quoted(entry.redirectUrl),
    quoted(entry.errorReason),
    quoted(target),
    quoted(String(targetStatus)),
    '"-"',
    '"-"',
    entry.connectionTraceId,
    quoted(entry.transformed?.host),
    quoted(entry.transformed?.url),
    entry.transformed ? '"TransformSucceeded"' : '"-"',
  ].join(' ')}\n`;
}

/** Microseconds are always 000: the clock counts milliseconds. */
const time = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, -1)}000Z`;

const duration = (value: number): string => (value < 0 ? '-1' : value.toFixed(3));

/** What is not printable ASCII, a quote or a backslash becomes \xHH. */
const quoted = (text: string | undefined): string =>
  text === undefined
    ? '"-"'
    : `"${text.replace(/[^\x20-\x7e]|["\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
