import { request } from 'node:http';
import type { Ms } from '../../base/index.ts';
import type { Subnet } from '../subnets.ts';
import type { Place } from '../wire/caller.ts';

/**
 * A subnet as EC2 behind `url` describes it; undefined where it has none of that id.
 * @throws Error when it does not answer
 */
export async function askSubnet(url: URL, at: Place, id: string, patience: Ms): Promise<Subnet | undefined> {
  const form = new URLSearchParams({
    Action: 'DescribeSubnets',
    Version: '2016-11-15',
    'Filter.1.Name': 'subnet-id',
    'Filter.1.Value.1': id,
  });
  const text = await post(url, at, form.toString(), patience);
  if (!text.includes(`<subnetId>${id}</subnetId>`)) return undefined;
  const zone = /<availabilityZone>([^<]+)</.exec(text)?.[1];
  const vpcId = /<vpcId>([^<]+)</.exec(text)?.[1];
  return zone !== undefined && vpcId !== undefined ? { zone, vpcId } : undefined;
}

function post(url: URL, { account, region }: Place, form: string, patience: Ms): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: patience,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(form),
          'x-moto-account-id': account,
          // An imitation reads the scope; it checks no signature.
          authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.once('error', reject);
        answer.once('end', () => resolve(text));
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`it was silent for ${patience / 1000} s`)));
    sent.once('error', reject);
    sent.end(form);
  });
}
