import type { TaskDefinition } from '../deployment/index.ts';

/** One setting that differs between two task definitions. */
export type Change =
  | { readonly kind: 'added'; readonly path: string; readonly after: string }
  | { readonly kind: 'removed'; readonly path: string; readonly before: string }
  | { readonly kind: 'changed'; readonly path: string; readonly before: string; readonly after: string };

/** What a deployment's own variables differ in is no change: each deployment has others. */
const always = new Set(['TEAL_COLOR', 'TEAL_REVISION', 'TEAL_DEPLOYMENT', 'TEAL_ENVIRONMENT']);

/** What changes from one task definition to another, in the order of the JSON. Without a former one all is added. */
export function definitionChanges(before: TaskDefinition | undefined, after: TaskDefinition): readonly Change[] {
  const old = before ? settingsOf(before) : new Map<string, string>();
  const wanted = settingsOf(after);
  const changes: Change[] = [];
  for (const path of new Set([...wanted.keys(), ...old.keys()])) {
    const [was, is] = [old.get(path), wanted.get(path)];
    if (was === is) continue;
    if (was === undefined && is !== undefined) changes.push({ kind: 'added', path, after: is });
    else if (was !== undefined && is === undefined) changes.push({ kind: 'removed', path, before: was });
    else if (was !== undefined && is !== undefined) changes.push({ kind: 'changed', path, before: was, after: is });
  }
  return changes;
}

function settingsOf({ cpu, memory, architecture, container }: TaskDefinition): ReadonlyMap<string, string> {
  const { image, command, port, environment, secrets, healthCheck, stopTimeoutSeconds } = container;
  const own = Object.entries(environment).filter(([name]) => !always.has(name));
  return new Map([
    ['image', image.slice(image.indexOf('@') + 1)],
    ['port', String(port)],
    ['cpu', String(cpu)],
    ['memory', String(memory)],
    ['architecture', architecture],
    ...(command ? [['command', JSON.stringify(command)] as const] : []),
    ...own.map(([name, value]) => [`environment.${name}`, value] as const),
    ...Object.entries(secrets).map(([name, from]) => [`secrets.${name}`, secretName(from)] as const),
    ...(healthCheck ? [['healthCheck', JSON.stringify(healthCheck)] as const] : []),
    ['stopTimeout', `${stopTimeoutSeconds} s`],
  ]);
}

/** `arn:aws:ssm:…:parameter/items/url`, or `arn:aws:secretsmanager:…:secret:api/key-AbCdEf:name::`, as people write it. */
function secretName(from: string): string {
  const [, name, key] =
    /:secretsmanager:[^:]*:\d*:secret:([^:]+?)(?:-[A-Za-z0-9]{6})?(?::([^:]*):[^:]*:[^:]*)?$/.exec(from) ?? [];
  if (name !== undefined) return `secretsmanager:${name}${key ? `:${key}` : ''}`;
  return `ssm:${from.slice(from.indexOf(':parameter') + ':parameter'.length)}`;
}
