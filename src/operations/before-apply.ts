import type { AccountFacts, Quota } from '../aws/index.ts';
import { ms, type Result } from '../base/index.ts';
import { discoveryPath, type Environment, type Service } from '../config/index.ts';
import type { CallError } from '../deployment/index.ts';
import type { TerraformContext } from './terraform-context.ts';

/** What would make an apply fail halfway, or what it makes useless: found before it begins. */
export type Obstacle =
  /** Terraform asks for more than the account may have. */
  | { readonly kind: 'quota'; readonly of: Quota; readonly has: number; readonly needs: number; readonly most: number }
  /** A domain's zone, which certificate and names are made in. */
  | { readonly kind: 'no-zone'; readonly balancer: string; readonly zone: string }
  /** A zone of the network in which no ARM task starts. */
  | {
      readonly kind: 'zone-without-arm';
      readonly zone: string;
      readonly id: string;
      readonly services: readonly string[];
    };

/** What a person should know before an apply; it is no reason against it. */
export type Notice =
  /** AWS makes each at its first use, if whoever applies may do that. */
  | { readonly kind: 'no-service-roles'; readonly missing: readonly ServiceRole[] }
  /** The certificate waits until the registrar names the zone's servers. */
  | {
      readonly kind: 'not-delegated';
      readonly zone: string;
      readonly servers: readonly string[];
      readonly found: readonly string[];
    }
  /** This machine is for ARM64, and what it builds is, too. */
  | { readonly kind: 'built-on-arm'; readonly services: readonly string[] }
  /** An account that may not be asked, or a service that does not answer. */
  | { readonly kind: 'not-told'; readonly what: Quota | 'roles' | 'zones' | 'domain'; readonly why: CallError };

/** A role that a service of AWS acts by in an account. */
export interface ServiceRole {
  readonly role: string;
  readonly service: string;
}

export interface Checked {
  readonly obstacles: readonly Obstacle[];
  readonly notices: readonly Notice[];
}

/** What is asked besides the account. */
export interface Surroundings {
  readonly facts: AccountFacts;
  /** The name servers that the internet knows for a domain; rejects where there are none. */
  readonly resolveNs: (domain: string) => Promise<readonly string[]>;
  /** Of this machine, as Node calls it. */
  readonly architecture: string;
}

type Applying = Pick<TerraformContext, 'environment' | 'services' | 'surroundings' | 'clock' | 'signal'>;

/** Fargate has no ARM there (ECS/AWS_Fargate-Regions, "Linux containers with ARM64"). */
const zonesWithoutArm: readonly string[] = ['use1-az3'];

/** How long the domain's own servers are waited for. */
const patience = ms(5_000);

/**
 * Looks at all that an apply rests on and Terraform would find out halfway, at once. What is made already is not asked
 * for again: quotas, roles and zones matter where there is no platform yet.
 */
export async function checkBeforeApply(context: Applying): Promise<Checked> {
  const { services, surroundings } = context;
  const isNew = !(await hasPlatform(context));
  const found = await Promise.all([
    delegations(context),
    ...(isNew ? [roles(context), room(context), armZones(context)] : []),
  ]);
  const onArm = services.filter(({ image, architecture }) => image.kind === 'build' && architecture === 'X86_64');
  const builtOnArm: readonly Notice[] =
    surroundings.architecture === 'arm64' && onArm.length > 0
      ? [{ kind: 'built-on-arm', services: onArm.map(({ name }) => name) }]
      : [];
  return {
    obstacles: found.flatMap(({ obstacles }) => obstacles),
    notices: [...found.flatMap(({ notices }) => notices), ...builtOnArm],
  };
}

/** Where Parameter Store doesn't tell, all is looked at. */
async function hasPlatform({ surroundings: { facts }, environment, signal }: Applying): Promise<boolean> {
  const found = await facts.hasParameter(discoveryPath(environment.name, 'platform'), signal);
  return found.ok && found.value;
}

const serviceRoles: readonly ServiceRole[] = [
  { role: 'AWSServiceRoleForECS', service: 'ecs.amazonaws.com' },
  { role: 'AWSServiceRoleForElasticLoadBalancing', service: 'elasticloadbalancing.amazonaws.com' },
  {
    role: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    service: 'ecs.application-autoscaling.amazonaws.com',
  },
];
const databaseRole: ServiceRole = { role: 'AWSServiceRoleForRDS', service: 'rds.amazonaws.com' };

async function roles({ environment, surroundings: { facts }, signal }: Applying): Promise<Checked> {
  const needed = [...serviceRoles, ...(environment.database ? [databaseRole] : [])];
  const found = await Promise.all(needed.map(({ role }) => facts.hasRole(role, signal)));
  const missing = needed.filter((_, index) => {
    const there = found[index];
    return there?.ok === true && !there.value;
  });
  return {
    obstacles: [],
    notices: [
      ...(missing.length > 0 ? [{ kind: 'no-service-roles' as const, missing }] : []),
      ...notTold('roles', found),
    ],
  };
}

/** Both colours run while a deployment does. */
async function room(context: Applying): Promise<Checked> {
  const { environment, services, surroundings, signal } = context;
  const { facts } = surroundings;
  const { mode, outbound, natPerZone, zones } = environment.network;
  const gateways = mode !== 'create' || outbound !== 'nat' ? 0 : natPerZone ? zones : 1;
  const cpus = services.reduce((sum, { cpu, scaling }) => sum + (2 * cpu * scaling.min) / 1024, 0);
  const checked = await Promise.all([
    mode === 'create' ? quota('vpcs', 1, facts.vpcs(signal)) : nothing,
    gateways > 0 ? quota('addresses', gateways, facts.addresses(signal)) : nothing,
    cpus > 0 ? quota('fargateCpus', cpus, { ok: true, value: 0 }) : nothing,
  ]);
  return { obstacles: checked.flatMap((one) => one.obstacles), notices: checked.flatMap((one) => one.notices) };

  async function quota(
    of: Quota,
    needs: number,
    asked: Promise<Result<number, CallError>> | Result<number, CallError>,
  ): Promise<Checked> {
    const [has, most] = await Promise.all([asked, facts.quota(of, signal)]);
    if (!has.ok || !most.ok) return { obstacles: [], notices: notTold(of, [has, most]) };
    if (has.value + needs <= most.value) return nothing;
    return { obstacles: [{ kind: 'quota', of, has: has.value, needs, most: most.value }], notices: [] };
  }
}

async function armZones({ environment, services, surroundings, signal }: Applying): Promise<Checked> {
  const arm = services.filter(({ architecture }) => architecture === 'ARM64').map(({ name }) => name);
  if (arm.length === 0 || environment.network.mode !== 'create') return nothing;
  const found = await surroundings.facts.zones(signal);
  if (!found.ok) return { obstacles: [], notices: notTold('zones', [found]) };
  const without = chosenZones(environment, found.value).filter(({ id }) => zonesWithoutArm.includes(id));
  return {
    obstacles: without.map(({ name: zone, id }) => ({ kind: 'zone-without-arm', zone, id, services: arm })),
    notices: [],
  };
}

/** As the platform root chooses them. */
const chosenZones = <Zone extends { readonly name: string; readonly id: string }>(
  { network }: Environment,
  zones: readonly Zone[],
): readonly Zone[] =>
  zones
    .filter(({ name, id }) => !network.excludedZones.includes(name) && !network.excludedZones.includes(id))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, network.zones);

/** Each zone that a load balancer's domain is in. A certificate that is given needs none. */
async function delegations(context: Applying): Promise<Checked> {
  const { environment, surroundings, signal } = context;
  const zones = new Map(
    Object.entries(environment.loadBalancers).flatMap(([balancer, { zone }]) =>
      zone === null ? [] : [[zone, balancer] as const],
    ),
  );
  const checked = await Promise.all(
    [...zones].map(async ([zone, balancer]): Promise<Checked> => {
      const servers = await surroundings.facts.nameServers(zone, signal);
      if (!servers.ok) return { obstacles: [], notices: notTold('domain', [servers]) };
      if (servers.value === null) return { obstacles: [{ kind: 'no-zone', balancer, zone }], notices: [] };
      const found = await serversOf(context, zone);
      const known = servers.value.map(plainName);
      if (found.length > 0 && found.every((server) => known.includes(server))) return nothing;
      return { obstacles: [], notices: [{ kind: 'not-delegated', zone, servers: known, found }] };
    }),
  );
  return { obstacles: checked.flatMap((one) => one.obstacles), notices: checked.flatMap((one) => one.notices) };
}

/** None where nobody answers for the domain. */
async function serversOf({ clock, surroundings, signal }: Applying, zone: string): Promise<readonly string[]> {
  const ending = new AbortController();
  const late = clock.sleep(patience, AbortSignal.any([signal, ending.signal])).then(
    () => [],
    () => [],
  );
  const found = await Promise.race([surroundings.resolveNs(zone).catch(() => []), late]);
  ending.abort();
  return found.map(plainName).sort();
}

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

const nothing: Checked = { obstacles: [], notices: [] };

function notTold(
  what: Extract<Notice, { kind: 'not-told' }>['what'],
  answers: readonly Result<unknown, CallError>[],
): readonly Notice[] {
  const silent = answers.find((answer) => !answer.ok);
  return silent && !silent.ok ? [{ kind: 'not-told', what, why: silent.error }] : [];
}

/** Which services an environment's platform is looked at for. */
export type CheckedService = Pick<Service, 'name' | 'image' | 'architecture' | 'cpu' | 'scaling'>;
