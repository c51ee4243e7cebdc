import {
  type Environment,
  environmentJson,
  normalisedJson,
  parseSynced,
  parseSyncedEnvironment,
  type Service,
  type Synced,
  type SyncedService,
} from '../config/index.ts';

/** What Terraform could not do without harm, and so is not written. */
export type SyncProblem =
  /** The JSON is gone and the service is not retired. `added`: a service that is new, perhaps its new name. */
  | { readonly kind: 'deleted'; readonly service: string; readonly added: string | null }
  /** A target group or an ECS service would have to be replaced, while the traffic goes to it. */
  | {
      readonly kind: 'replaces';
      readonly service: string;
      readonly field: 'kind' | 'protocol' | 'loadBalancer' | 'deployment.controller';
      readonly from: string;
      readonly to: string;
    }
  /** A table would have to be replaced by one without its items. */
  | {
      readonly kind: 'rekeys';
      readonly service: string;
      readonly table: string;
      readonly from: string;
      readonly to: string;
    }
  /** What stands is in another account or region. */
  | { readonly kind: 'moved'; readonly field: 'account' | 'region'; readonly from: string; readonly to: string }
  /** What stands is in one state, or in many. */
  | { readonly kind: 'rescoped'; readonly from: string; readonly to: string }
  /** What stands is in another store, with its values. */
  | { readonly kind: 'restored'; readonly from: string; readonly to: string; readonly services: readonly string[] }
  | { readonly kind: 'unreadable'; readonly file: string; readonly why: string };

export interface SyncPlan {
  /** Every file as it is to be, by its path in the environment's folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly SyncProblem[];
}

const environmentFile = 'environment.json';
const serviceFile = (name: string): string => `services/${name}.json`;

/** What the folder of an environment is to hold, given what it holds. Pure. */
export function planSync(
  environment: Environment,
  services: readonly Service[],
  there: ReadonlyMap<string, string>,
): SyncPlan {
  const problems: SyncProblem[] = [];
  const former = new Map<string, Synced>();
  for (const [path, text] of there) {
    const [, name] = /^services\/([^/]+)\.json$/.exec(path) ?? [];
    if (name === undefined) continue;
    const read = parseSynced(text);
    if (read.ok) former.set(name, read.value);
    else problems.push({ kind: 'unreadable', file: path, why: read.error });
  }
  problems.push(...movedTo(environment, former, there.get(environmentFile)));
  const files = new Map([[environmentFile, environmentJson(environment)]]);
  for (const service of services) {
    const before = former.get(service.name);
    const standing = before?.kind === 'service' ? before.service : undefined;
    if (standing) problems.push(...replacements(service, standing), ...otherKeys(service, standing));
    files.set(serviceFile(service.name), normalisedJson(service, environment, standing));
  }
  const added = services.filter(({ name }) => !former.has(name));
  for (const [name, before] of former) {
    const path = serviceFile(name);
    if (files.has(path)) continue;
    if (before.kind === 'service')
      problems.push({ kind: 'deleted', service: name, added: added.length === 1 ? (added[0]?.name ?? null) : null });
    // A tombstone stays where it stands: without it the next plan could not tell a retired service from a lost file.
    files.set(path, there.get(path) ?? '');
  }
  return { files, problems };
}

function movedTo(
  environment: Environment,
  services: ReadonlyMap<string, Synced>,
  text: string | undefined,
): readonly SyncProblem[] {
  if (text === undefined) return [];
  const read = parseSyncedEnvironment(text);
  if (!read.ok) return [{ kind: 'unreadable', file: environmentFile, why: read.error }];
  const before = read.value;
  const moved = (['account', 'region'] as const).flatMap((field): SyncProblem[] =>
    before[field] === environment[field] ? [] : [{ kind: 'moved', field, from: before[field], to: environment[field] }],
  );
  const scopes = { from: before.stateScope, to: environment.stateScope };
  const stores = { from: before.settings.secretsStore, to: environment.settings.secretsStore };
  const standing = [...services].flatMap(([name, synced]) =>
    synced.kind === 'service' ? [[name, synced.service] as const] : [],
  );
  const keeping = standing.filter(([, { secrets }]) => Object.values(secrets).some(({ own }) => own));
  return [
    ...moved,
    ...(scopes.from !== scopes.to && services.size > 0 ? [{ kind: 'rescoped' as const, ...scopes }] : []),
    ...(stores.from !== stores.to && keeping.length > 0
      ? [{ kind: 'restored' as const, ...stores, services: keeping.map(([name]) => name) }]
      : []),
  ];
}

/** A worker has neither group nor rule: only that it was none before matters. */
function replacements(service: Service, before: SyncedService): readonly SyncProblem[] {
  const web = service.kind === 'web' && before.kind === 'web' ? service : undefined;
  const fields = [
    ['kind', before.kind, service.kind],
    ['protocol', before.protocol, web?.protocol],
    ['loadBalancer', before.loadBalancer, web?.loadBalancer],
    ['deployment.controller', before.deployment.controller, service.deployment.controller],
  ] as const;
  return fields.flatMap(([field, from, to]): SyncProblem[] =>
    from === undefined || to === undefined || from === to
      ? []
      : [{ kind: 'replaces', service: service.name, field, from, to }],
  );
}

/** Keys of a table never change. One that is new, or gone, is another matter. */
const otherKeys = (service: Service, { uses: before }: SyncedService): readonly SyncProblem[] =>
  Object.entries(service.uses.tables).flatMap(([table, keys]): SyncProblem[] => {
    const standing = before.tables[table];
    const [from, to] = [standing && keyText(standing), keyText(keys)];
    return from === undefined || from === to ? [] : [{ kind: 'rekeys', service: service.name, table, from, to }];
  });

type Keys = SyncedService['uses']['tables'][string];

const keyText = ({ partitionKey, sortKey }: Keys): string =>
  [partitionKey, ...(sortKey ? [sortKey] : [])].map(({ name, type }) => `${name} (${type})`).join(', ');
