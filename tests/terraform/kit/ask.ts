import type { World } from './world.ts';

/** One request, in whichever way its service speaks. */
export type Question =
  | { readonly service: string; readonly action: string; readonly version: string; readonly members?: string }
  | { readonly service: string; readonly target: string; readonly json?: '1.0' | '1.1'; readonly body?: object }
  | { readonly service: string; readonly get: string }
  | { readonly service: string; readonly post: string; readonly body: string };

/** What a service answers in a world, as text; by plain requests, for services that the product has no client of. */
export async function ask(world: World, question: Question): Promise<string> {
  const { path, headers, ...rest } = requestOf(question);
  const response = await fetch(`${world.endpoint}${path}`, {
    ...rest,
    headers: {
      ...headers,
      // Neither the runtime nor its fallback checks a signature: they read whose the call is.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${world.region}/${question.service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${JSON.stringify(question)}: ${response.status} ${text}`);
  return text;
}

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function requestOf(question: Question): Sent {
  if ('get' in question) return { path: question.get, method: 'GET', headers: {} };
  if ('post' in question)
    return { path: question.post, method: 'POST', headers: { 'content-type': 'text/xml' }, body: question.body };
  if ('target' in question) {
    const { target, json = '1.1', body = {} } = question;
    const headers = { 'content-type': `application/x-amz-json-${json}`, 'x-amz-target': target };
    return { path: '/', method: 'POST', headers, body: JSON.stringify(body) };
  }
  const { action, version, members } = question;
  return {
    path: '/',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `Action=${action}&Version=${version}${members === undefined ? '' : `&${members}`}`,
  };
}
