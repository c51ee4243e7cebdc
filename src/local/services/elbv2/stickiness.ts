import type { EpochMs } from '../../../base/index.ts';

/** What the cookie remembers until when; the content is AWS's secret, and here as opaque to clients. */
interface Remembered {
  readonly value: string;
  readonly until: number;
}

/** The names of ALB/sticky-sessions. All but the one that goes with an application's own have a twin for cross-origin requests. */
export type StickyCookie = 'AWSALBTG' | 'AWSALB' | 'AWSALBAPP-0';

const cookieLifetimeMs = 7 * 24 * 3600 * 1000;

/** The Set-Cookie values. The cookie itself lives 7 days; how long it is honoured is in its content. */
export function stickyCookies(name: StickyCookie, value: string, now: EpochMs, forSeconds: number): string[] {
  const until = now + forSeconds * 1000;
  const content = Buffer.from(JSON.stringify({ value, until } satisfies Remembered)).toString('base64url');
  const expires = new Date(now + cookieLifetimeMs).toUTCString();
  const plain = `${name}=${content}; Expires=${expires}; Path=/`;
  if (name === 'AWSALBAPP-0') return [plain];
  return [plain, `${name}CORS=${content}; Expires=${expires}; Path=/; SameSite=None; Secure`];
}

export const hasCookie = (cookieHeader: string | undefined, name: string): boolean =>
  cookieHeader?.split(';').some((part) => part.slice(0, part.indexOf('=')).trim() === name) ?? false;

/** What the client's cookie remembers, if it is still honoured. */
export function rememberedIn(cookieHeader: string | undefined, name: StickyCookie, now: EpochMs): string | undefined {
  if (!cookieHeader?.includes(name)) return undefined;
  const cookies = new Map(
    cookieHeader.split(';').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
    }),
  );
  const remembered = parse(cookies.get(name) ?? cookies.get(`${name}CORS`));
  return remembered && remembered.until > now ? remembered.value : undefined;
}

function parse(content: string | undefined): Remembered | undefined {
  if (!content) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(content, 'base64url').toString());
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { value, until } = parsed as { value?: unknown; until?: unknown };
    return typeof value === 'string' && typeof until === 'number' ? { value, until } : undefined;
  } catch {
    return undefined;
  }
}
