import { fetchText } from '../examples/demo/aws-call.ts';

/** One call in AWS JSON 1.1. The runtime accepts any credentials, so the signature says only whose account is meant. */
export async function awsJson(endpoint: string, service: string, target: string, input: object): Promise<unknown> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `000000000000/${date.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': target,
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  };
  return JSON.parse(await fetchText(endpoint, { method: 'POST', body: JSON.stringify(input), headers }));
}
