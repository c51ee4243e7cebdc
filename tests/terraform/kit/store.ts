import { createHash, createHmac } from 'node:crypto';
import type { World } from './world.ts';

/** What is in S3, as a stranger sees it. */
export interface Store {
  buckets(): Promise<readonly string[]>;
  keys(bucket: string): Promise<readonly string[]>;
  read(bucket: string, key: string): Promise<string>;
  write(bucket: string, key: string, text: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  isGuarded(bucket: string): Promise<{ versioned: boolean; encrypted: boolean; closed: boolean }>;
}

/** S3 by plain requests: the product needs no client of it, and so has none. */
export function aStore({ endpoint, region }: World): Store {
  const send = async (method: string, path: string, body = ''): Promise<string> => {
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: signed(method, new URL(`${endpoint}${path}`), body, region),
      ...(method === 'PUT' ? { body } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const all = (text: string, tag: string): readonly string[] =>
    [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, value = '']) => value);
  return {
    buckets: async () => all(await send('GET', '/'), 'Name'),
    keys: async (bucket) => [...all(await send('GET', `/${bucket}?list-type=2`), 'Key')].sort(),
    read: (bucket, key) => send('GET', `/${bucket}/${key}`),
    write: async (bucket, key, text) => void (await send('PUT', `/${bucket}/${key}`, text)),
    remove: async (bucket, key) => void (await send('DELETE', `/${bucket}/${key}`)),
    isGuarded: async (bucket) => ({
      versioned: (await send('GET', `/${bucket}?versioning=`)).includes('<Status>Enabled</Status>'),
      encrypted: (await send('GET', `/${bucket}?encryption=`)).includes('AES256'),
      closed: all(await send('GET', `/${bucket}?publicAccessBlock=`), '[A-Z][A-Za-z]+')
        .filter((value) => value === 'true' || value === 'false')
        .every((value) => value === 'true'),
    }),
  };
}

/** Signature version 4. Source: AWS General Reference, "Create a signed AWS API request". */
function signed(method: string, url: URL, body: string, region: string): Record<string, string> {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${at.slice(0, 8)}/${region}/s3/aws4_request`;
  const hash = createHash('sha256').update(body).digest('hex');
  const headers = { host: url.host, 'x-amz-content-sha256': hash, 'x-amz-date': at };
  const names = Object.keys(headers).sort().join(';');
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...Object.entries(headers)
      .sort()
      .map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const mac = (key: string | Buffer, value: string): Buffer => createHmac('sha256', key).update(value).digest();
  const key = ['s3', 'aws4_request'].reduce(mac, mac(mac('AWS4test', at.slice(0, 8)), region));
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=${names}, Signature=${mac(key, text).toString('hex')}`,
  };
}
