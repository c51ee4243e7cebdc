import type { CallError, Refusal, SecretNow } from '../deployment/index.ts';
import type { Doing, OperationRefusal, SiteError } from '../operations/index.ts';
import { CliError } from './cli-error.ts';
import { lastPart } from './output/words.ts';

/** A refusal as the error that ends a command: what is wrong, what was found, and the command that helps. */
export function refused(
  refusal: OperationRefusal,
  about: { readonly service: string; readonly environment: string },
): CliError {
  return new CliError('refused', `${refusalText(refusal, about)} Nothing was changed.`);
}

/** What is wrong, what was found, and what helps. */
export function refusalText(
  refusal: OperationRefusal,
  { service, environment }: { service: string; environment: string },
): string {
  switch (refusal.kind) {
    case 'plan':
      return planText(refusal.refusal, service);
    case 'not-yet':
      return refusal.what
        .map(({ path, what }) => `services/${service}.json ${path}: ${what} can't be deployed yet.`)
        .join('\n');
    case 'site':
      return siteText(refusal.error, service, environment);
    case 'wrong-account':
      return `These credentials are of account ${refusal.found}; environment ${environment} is in ${refusal.expected}.`;
    case 'terraform-first':
      return `services/${service}.json has changes that Terraform makes: apply Terraform first.`;
    case 'alarms-missing':
      return `services/${service}.json deployment.alarms: CloudWatch has no alarm ${refusal.names.join(', ')} in environment ${environment}.`;
    case 'alarms-firing': {
      const told = refusal.alarms.map(({ name, reason }) => `${name} (${reason})`).join('; ');
      return `Firing already, so that they could not tell what a new version does: ${told}.`;
    }
    case 'secrets-unreadable':
      return refusal.secrets.map((secret) => secretText(secret, service, environment)).join('\n');
    case 'no-log-group':
      return `There is no log group ${refusal.name}, and without it no task starts. Apply Terraform, or make it: aws logs create-log-group --log-group-name ${refusal.name}.`;
    case 'no-tables':
      return `services/${service}.json uses.tables: DynamoDB has no table ${refusal.names.join(', ')} that is ready. Apply Terraform: teal up --env ${environment}.`;
    case 'foreign-role':
      return `Execution role ${refusal.role} is no role of account ${refusal.account}, and ECS takes no other: put one of that account into /teal/${environment}/${service} (Terraform does).`;
    case 'no-roles':
      return `IAM has no role ${refusal.roles.join(', ')}, and without it no task starts. Apply Terraform: teal up --env ${environment}.`;
    case 'too-few-cpus':
      return `Both colours together would take ${refusal.wanted} vCPUs, and Fargate gives ${refusal.most} in this region: ask AWS for more (aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value ${Math.ceil(refusal.wanted)}), or lower cpu or scaling.min.`;
    case 'too-many-targets':
      return `Both colours together would be ${refusal.wanted} targets, and a load balancer takes ${refusal.most} in this account: ask AWS for a higher quota, or lower scaling.min.`;
    case 'several':
      return refusal.refusals.map((each) => refusalText(each, { service, environment })).join('\n');
    case 'busy':
      return `${service} is being deployed by ${refusal.holder.who} at ${refusal.holder.where} since ${timeOf(refusal.holder.since)}${doingText(refusal.doing)}.\nFollow it: teal status ${service} --watch. Take it back: teal abort ${service}.`;
    case 'orphan':
      return `Deployment ${refusal.doing.deployment} of ${service} has no driver${doingText(refusal.doing)}.\nDrive it on: teal resume ${service}. Take it back: teal abort ${service}.`;
    case 'nothing-runs':
      return `No deployment of ${service} is running.`;
    case 'halted':
      return `The last deployment of ${service} halted. Write the last weights that teal knew: teal resume ${service} --restore. Go back to where it came from: teal rollback ${service}.`;
    case 'no-hold':
      return `${service} is ${refusal.phase}: no step is being held. Follow it: teal status ${service} --watch.`;
    case 'not-the-former':
      return `The running deployment of ${service} came from ${refusal.former}: it can be taken back there only. teal abort ${service}.`;
    case 'which-deployment':
      return refusal.matching.length > 0
        ? `"${refusal.given}" is the beginning of ${refusal.matching.join(', ')}. Which one?`
        : `${service} has no deployment "${refusal.given}". All of them: teal history ${service}.`;
    case 'was-not-live':
      return `Deployment ${refusal.deployment} of ${service} ${refusal.outcome === null ? 'has no outcome yet' : `ended as ${refusal.outcome}`}: its version was never live, so there is nothing to return to. Those that were: teal history ${service}.`;
    case 'definition-gone':
      return `Task definition ${lastPart(refusal.taskDefinition)} ${refusal.isThere ? 'was deregistered, or is none of teal’s' : 'does not exist any more'}. Deploy the version that you want: teal deploy ${service}.`;
    case 'foreign-image':
      return `services/${service}.json image: a tag is resolved in this account’s ECR only, and ${refusal.reference} is elsewhere: name its digest (…@sha256:…).`;
    case 'no-image':
      return `There is no image ${refusal.reference} in ECR: push it, or name one that is there (aws ecr list-images).`;
    case 'call':
      return `AWS did not do it (${refusal.what}): ${callText(refusal.error)}.`;
    case 'journal':
      return `The journal of ${service} can't be read: ${callText(refusal.error)}.`;
  }
}

function secretText({ variable, store, name, reading }: SecretNow, service: string, environment: string): string {
  const at = `services/${service}.json secrets.${variable}`;
  const what = store === 'ssm' ? `parameter ${name} in Parameter Store` : `secret ${name} in Secrets Manager`;
  const put = `teal secret put ${store}:${name} --env ${environment}`;
  switch (reading.kind) {
    case 'there':
      return `${at}: ${what} is there.`;
    case 'missing':
      return `${at}: there is no ${what}, and without it no task starts. Put it there: ${put}`;
    case 'without-value':
      return reading.deletedAt === null
        ? `${at}: ${what} has no value. Give it one: ${put}`
        : `${at}: ${what} is to be deleted (${reading.deletedAt.slice(0, 10)}), and gives nobody its value. Take that back: aws secretsmanager restore-secret --secret-id ${name}`;
    case 'unread':
      return `${at}: ${what} can't be read (${callText(reading.error)}). A deployment needs its ARN: allow secretsmanager:DescribeSecret.`;
  }
}

function planText(refusal: Refusal, service: string): string {
  const repair = `Repair it first: teal resume ${service} --restore`;
  switch (refusal.kind) {
    case 'groups-not-named':
      return `The rule of ${service} does not name both target groups (found blue ${refusal.found.blue ?? 'missing'}, green ${refusal.found.green ?? 'missing'}). ${repair}.`;
    case 'places-differ': {
      const found = refusal.found.map(({ blue = 'missing', green = 'missing' }) => `${blue}/${green}`).join(', ');
      return `The places of ${service} do not show the same weights (blue/green ${found}). ${repair}.`;
    }
    case 'split': {
      const known = refusal.known ? `, teal left them at ${refusal.known.blue}/${refusal.known.green}` : '';
      return `The traffic of ${service} is split: weights are ${refusal.found.blue}/${refusal.found.green}${known}. ${repair}.`;
    }
    case 'already-live':
      return `${refusal.color} of ${service} has all of the traffic already.`;
    case 'no-former':
      return `${service} has no former version to return to: the other colour holds nothing that was live. Deploy the version that you want: teal deploy ${service}.`;
    case 'rolled-back-already':
      return `${service} was rolled back from ${refusal.from} already, at ${refusal.at.slice(11, 19)}Z. Forward again: teal switch ${service} --to ${refusal.from}.`;
    case 'former-is-cold':
      return `${refusal.color} of ${service} has no healthy task. Deploy the version that you want: teal deploy ${service}.`;
    case 'never-deployed':
      return `${service} was never deployed: teal deploy ${service}.`;
    case 'cannot-verify':
      return `${service} is to be verified before it gets traffic, and the load balancer can't be reached from here. Deploy from where it can, or take "verification" out of services/${service}.json.`;
    case 'nothing-to-repair':
      return `There is nothing to repair on ${service}.`;
    case 'accept-needs-full-weight':
      return `The weights found (blue ${refusal.found.blue ?? 'missing'}, green ${refusal.found.green ?? 'missing'}) give no colour all of the traffic: --restore writes the last ones teal knew.`;
  }
}

function siteText(error: SiteError, service: string, environment: string): string {
  switch (error.kind) {
    case 'missing': {
      const how = environment === 'local' ? `Deploy it: teal deploy ${service}.` : 'Apply Terraform, or check --env.';
      return `No service "${service}" in environment ${environment}: parameter ${error.parameter} is missing. ${how}`;
    }
    case 'unreadable':
      return `Parameter ${error.parameter} can't be read: ${error.why}.`;
    case 'call':
      return `Parameter Store does not answer for environment ${environment}: ${callText(error.error)}.`;
  }
}

export const callText = (error: CallError): string =>
  error.kind === 'refused' ? `${error.code}: ${error.message}` : error.kind === 'throttled' ? error.code : error.cause;

const doingText = (doing: Doing | null): string =>
  doing ? ` (${doing.phase}${doing.phase === 'shifting' ? `, step ${doing.step + 1}` : ''})` : '';

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;
