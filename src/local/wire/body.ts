import { gunzipSync } from 'node:zlib';
import { AwsError } from '../aws-error.ts';
import type { WireRequest } from './message.ts';

/** As long as any body may be, so that a small one can't grow without bounds. */
const largest = 17_000_000;

/** The request with its body as the client meant it: SDKs compress large ones (PutMetricData). */
export function uncompressed(request: WireRequest): WireRequest | AwsError {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  try {
    return { ...request, body: new Uint8Array(gunzipSync(request.body, { maxOutputLength: largest })) };
  } catch {
    return new AwsError('SerializationException', 'The request body is not gzip, though its Content-Encoding says so.');
  }
}
