import { request } from 'node:http';

/**
 * One call to the local runtime's Parameter Store. It accepts any credentials, so the signature says only whose account
 * and region is meant.
 */
export async function ssm(
  endpoint: string,
  operation: 'PutParameter' | 'GetParameter',
  input: object,
): Promise<unknown> {
  const body = JSON.stringify(input);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `000000000000/${date.slice(0, 8)}/us-east-1/ssm/aws4_request`;
  return JSON.parse(
    await fetchText(endpoint, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${operation}`,
        'x-amz-date': date,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      },
    }),
  );
}

export interface TextRequest {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of an answer with a status below 300; anything else is thrown. */
export function fetchText(url: string, { method, body, headers }: TextRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      agent: false,
      timeout: 10_000,
      headers: { 'user-agent': 'items-demo/1', ...headers },
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url}: no answer within 10 s`)));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const status = incoming.statusCode ?? 0;
        if (status < 300) resolve(text);
        else reject(new Error(`${method} ${url} was answered ${status}: ${text.slice(0, 300)}`));
      });
    });
    outgoing.end(body);
  });
}

export async function fetchJson(url: string): Promise<unknown> {
  return JSON.parse(await fetchText(url, { method: 'GET' }));
}
