import { type Aws, change, readParameters } from '../aws/index.ts';
import { must } from './operation-error.ts';

/** Publishes a discovery document, unless it stands there already. */
export async function putDocument(aws: Aws, name: string, document: object, signal: AbortSignal): Promise<void> {
  const value = JSON.stringify(document);
  const there = must(`read ${name}`, await readParameters(aws, [name], signal)).get(name);
  if (there?.value === value) return;
  const { client, sdk } = await aws.clients.ssm();
  const command = new sdk.PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true });
  must(`publish ${name}`, await change(aws, client, command, signal, (output) => output.Version));
}
