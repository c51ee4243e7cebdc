import type { DownRefusal, Part, PartDone, TerraformRefusal } from '../operations/index.ts';
import { stateBucket, type TerraformFailure, workingState } from '../terraform/index.ts';
import { obstacleText } from './before-apply-text.ts';
import { CliError } from './cli-error.ts';
import { counted } from './output/words.ts';
import { refused } from './refusal-text.ts';

/** What people call a part of an environment. */
export function partText(part: Part): string {
  switch (part.kind) {
    case 'state':
      return 'bucket of states';
    case 'platform':
      return 'platform';
    case 'services':
      return 'services';
    case 'service':
      return `service ${part.service}`;
  }
}

/** `41 to create, 2 to change`. */
export function countsText({ created, updated, replaced, deleted }: PartDone['counts']): string {
  const said = [
    ...(created > 0 ? [`${created} to create`] : []),
    ...(updated > 0 ? [`${updated} to change`] : []),
    ...(replaced > 0 ? [`${replaced} to make anew`] : []),
    ...(deleted > 0 ? [`${deleted} to delete`] : []),
  ];
  return said.length > 0 ? said.join(', ') : 'outputs alone';
}

interface About {
  readonly command: string;
  readonly environment: { readonly name: string; readonly account: string; readonly region: string };
  readonly root: string;
}

/** A refusal around Terraform as the error that ends a command. */
export function terraformRefused(refusal: DownRefusal | TerraformRefusal, about: About): CliError {
  const { command, environment } = about;
  const again = `teal ${command} --env ${environment.name}`;
  switch (refusal.kind) {
    case 'operation':
      return refused(refusal.refusal, { service: '', environment: environment.name });
    case 'terraform':
      return failureText(refusal.part, refusal.failure, about);
    case 'obstacles':
      return new CliError(
        'refused',
        `${refusal.obstacles.map((obstacle) => obstacleText(obstacle, environment)).join('\n')}\nNothing was changed.`,
      );
    case 'endangered': {
      const services = refusal.services.map(({ service, how, addresses }) => {
        const what = how === 'deleted' ? 'taken away' : 'made anew, and be gone for that time';
        return `Service ${service} would be ${what}: ${addresses.join(', ')}.`;
      });
      const names = refusal.services.map(({ service }) => service);
      return new CliError(
        'refused',
        `${services.join('\n')}\nNobody retired ${names.join(' or ')}. If it is to go: remove its JSON, then teal retire ${names[0]} --env ${environment.name}. If not, this state is not the one of these files. Nothing of the ${partText(refusal.part)} was changed.`,
      );
    }
    case 'no-states':
      return new CliError(
        'refused',
        `There is no bucket ${stateBucket(environment.account, environment.region)}, hence nothing that Terraform made in this account and region. Make it: teal up --env ${environment.name}.`,
      );
    case 'not-agreed':
      return new CliError(
        'refused',
        `The ${partText(refusal.part)} was not changed. Apply this plan without a question: ${again} --yes.`,
      );
    case 'protected':
      return new CliError(
        'refused',
        `Environment ${environment.name} or what holds its data is protected: say its name to take it down: ${again} --confirm ${environment.name}. Nothing was changed.`,
      );
    case 'live': {
      const services = refusal.services.map(({ service, colors }) => {
        const told = colors.map(({ color, weight, tasks }) => `${color} ${weight} %, ${counted(tasks, 'task')}`);
        return `Service ${service} is live: ${told.join('; ')}.`;
      });
      return new CliError(
        'refused',
        `${services.join('\n')}\nTo take them down as they are: ${again} --live. Nothing was changed.`,
      );
    }
    case 'running':
      return new CliError(
        'refused',
        `Deployment ${refusal.deployment} of ${refusal.service} is running. Take it back first: teal abort ${refusal.service} --env ${environment.name}. Nothing was changed.`,
      );
  }
}

function failureText(part: Part, failure: TerraformFailure, { command, environment, root }: About): CliError {
  const what = partText(part);
  switch (failure.kind) {
    case 'locked': {
      const bucket = stateBucket(environment.account, environment.region);
      const key = part.kind === 'state' ? 'state.tfstate' : workingState(root, environment.name, part).key;
      return new CliError(
        'refused',
        `The state of the ${what} is held by ${failure.who || 'somebody'} since ${failure.since || 'an unknown time'}: wait for that apply. If it died: aws s3 rm s3://${bucket}/${key}.tflock. Nothing of the ${what} was changed.`,
      );
    }
    case 'stale-plan':
      return new CliError(
        'refused',
        `Somebody else applied the ${what} after this plan was made. Plan anew: teal ${command} --env ${environment.name}. Nothing of it was changed.`,
      );
    case 'no-bucket':
      return new CliError(
        'unexpected',
        `The bucket ${stateBucket(environment.account, environment.region)} went away. Make it: teal up --env ${environment.name}.`,
      );
    case 'failed':
      return new CliError(
        'unexpected',
        `${failure.said}\nTerraform ended with an error (${failure.command}, ${what}). What it did before stands in the state: mend the cause, then teal ${command} --env ${environment.name} again.`,
      );
  }
}
