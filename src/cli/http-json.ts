import { request } from 'node:http';

/** GETs a JSON document of the local runtime. @throws when it does not answer. */
export const getJson = async (url: string): Promise<unknown> => JSON.parse(await send('GET', url));

/** POSTs nothing. @throws when it does not answer. */
export async function postEmpty(url: string): Promise<void> {
  await send('POST', url);
}

function send(method: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
    sent.on('error', reject);
    sent.end();
  });
}
