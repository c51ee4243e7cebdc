import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BuiltImage } from './build-image.ts';
import { ImageError } from './image-error.ts';

export interface UploadOptions {
  /** Of the local runtime, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** The repository's name, as in ECR: `items-api`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** The region that the reference names; images are the same in all. */
  readonly region: string;
  readonly image: BuiltImage;
  readonly signal: AbortSignal;
}

/**
 * Hands an image to the local runtime. Returns the reference by digest:
 * `000000000000.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:…`.
 * @throws ImageError when the runtime cannot be reached or does not take it.
 */
export async function uploadImage(options: UploadOptions): Promise<string> {
  const url = new URL('/_teal/images', options.endpoint);
  url.searchParams.set('repository', options.repository);
  url.searchParams.set('region', options.region);
  url.searchParams.set('digest', options.image.digest);
  if (options.tag !== undefined) url.searchParams.set('tag', options.tag);
  const { status, body } = await send(url, options);
  const answer = parseAnswer(body);
  if (status !== 200 || answer.reference === undefined) {
    throw new ImageError(
      `the local runtime at ${options.endpoint} did not take the image: ${answer.message ?? `HTTP ${status}`}`,
    );
  }
  return answer.reference;
}

async function send(url: URL, options: UploadOptions): Promise<{ status: number; body: string }> {
  const sending = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/x-tar', 'content-length': options.image.size },
    signal: options.signal,
  });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  // A refusal may come, and the connection end, before all is sent: then the answer counts.
  const sent = pipeline(Readable.from(options.image.archive()), sending);
  sent.catch(() => {});
  try {
    return await answered;
  } catch (cause) {
    options.signal.throwIfAborted();
    throw new ImageError(
      cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
        ? `cannot reach the local runtime at ${options.endpoint}. Start it: teal local start.`
        : `the upload to ${options.endpoint} broke off: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    );
  }
}

function parseAnswer(body: string): { reference?: string; message?: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return {};
    const reference =
      'reference' in parsed && typeof parsed.reference === 'string' ? { reference: parsed.reference } : {};
    const message = 'message' in parsed && typeof parsed.message === 'string' ? { message: parsed.message } : {};
    return { ...reference, ...message };
  } catch {
    return {};
  }
}
