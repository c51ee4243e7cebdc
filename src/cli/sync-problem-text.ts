import type { SyncProblem } from '../operations/index.ts';

/** Why `teal sync` writes nothing, and the way round. */
export function syncProblemText(problem: SyncProblem, environment: string): string {
  switch (problem.kind) {
    case 'deleted': {
      const { service, added } = problem;
      const renamed =
        added === null
          ? ''
          : ` If ${added} is its new name: names stay. Keep both files, deploy ${added}, then retire ${service}.`;
      return `services/${service}.json is gone, and ${service} still stands in ${environment}. To take it away: teal retire ${service} --env ${environment}. To keep it, bring the file back.${renamed}`;
    }
    case 'replaces': {
      const { service, field, from, to } = problem;
      return `services/${service}.json ${field}: "${from}" → "${to}" would replace what ${environment}'s traffic goes to. The way round: give it "${from}" again, write a second service with "${to}" (services/${service}-2.json, with priorities of its own), deploy it, move the routes over, then teal retire ${service} --env ${environment}.`;
    }
    case 'rekeys': {
      const { service, table, from, to } = problem;
      return `services/${service}.json uses.tables.${table}.keys: ${from} → ${to}, and keys of a table can't change: one in its place would have none of its items. The way round: give the new one another name beside ${table}, apply, deploy a version that writes to both, copy the items, and take ${table} out when nothing reads it.`;
    }
    case 'moved':
      return `environments/${environment}.json ${problem.field}: "${problem.from}" → "${problem.to}", and what was made stands in ${problem.from}. An environment does not move: make another one, and take this one down (teal down --env ${environment}).`;
    case 'rescoped':
      return `environments/${environment}.json stateScope: "${problem.from}" → "${problem.to}", and what stands is in the states as they were: Terraform would make all of it a second time. Give it "${problem.from}" again. To change it, move each service from state to state first (docs/terraform.md, "States").`;
    case 'restored':
      return `environments/${environment}.json settings.secretsStore: "${problem.from}" → "${problem.to}", and the secrets of ${problem.services.join(', ')} that teal keeps would be deleted with their values. Give it "${problem.from}" again; or name them where they are ("from": "${problem.from === 'ssm' ? 'ssm:/' : 'secretsmanager:'}…") once you have copied the values.`;
    case 'unreadable':
      return `.teal/terraform/${environment}/${problem.file}: ${problem.why}. Bring it back as it was in the repository.`;
  }
}
