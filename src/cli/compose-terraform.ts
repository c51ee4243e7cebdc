import { resolveNs } from 'node:dns/promises';
import { fileURLToPath } from 'node:url';
import { awsAccountFacts } from '../aws/index.ts';
import { systemRandom } from '../base/index.ts';
import { findEnvironment } from '../config/index.ts';
import { type Context, type Part, secretValue, sync, syncedFiles, type TerraformContext } from '../operations/index.ts';
import { copyRoots, findTerraform, type RootPlan, type TerraformLack, terraformProcess } from '../terraform/index.ts';
import { noticeText } from './before-apply-text.ts';
import { CliError } from './cli-error.ts';
import { compose, endpointOverride, openProject } from './compose.ts';
import type { Output } from './output/index.ts';
import { syncProblemText } from './sync-problem-text.ts';

export interface TerraformWorkplace {
  readonly context: TerraformContext;
  /** For what has to do with deployments. */
  readonly deployments: Context;
}

/** What an environment of the project needs of Terraform; `agree` is asked before anything is applied. */
export async function composeTerraform(
  environmentName: string,
  output: Output,
  agree: (part: Part, plan: RootPlan) => Promise<boolean>,
): Promise<TerraformWorkplace> {
  const { root, project } = openProject();
  const found = findEnvironment(project, environmentName);
  if (!found.ok) throw new CliError('usage', found.error.message);
  refuseLocal(environmentName);
  const binary = await findTerraform(process.env);
  if (!binary.ok) throw new CliError('refused', `${lackText(binary.error)} Nothing was changed.`);
  const [synchronised] = sync(root, project, [found.value], 'write');
  const problems = synchronised?.problems ?? [];
  if (problems.length > 0) {
    const texts = problems.map((problem) => syncProblemText(problem, environmentName));
    throw new CliError('refused', `${texts.join('\n')}\nNothing was changed.`);
  }
  const { context: deployments } = await compose(environmentName, output, { drives: false });
  const { environment, aws, clock, note, signal } = deployments;
  const context: TerraformContext = {
    ...{ environment, root, aws, clock, note, signal, agree },
    synced: syncedFiles(root, environmentName),
    services: project.services,
    surroundings: {
      facts: awsAccountFacts(aws, environment.region, endpointOverride()?.url ?? null),
      resolveNs,
      architecture: process.arch,
    },
    tell: (notice) => note(noticeText(notice)),
    terraform: terraformProcess(binary.value, {
      variables: process.env,
      // Taken when a database is made whose password AWS does not manage, and otherwise passed over.
      secrets: { database_password: secretValue(systemRandom(), 40) },
      show: (text) => void (output.json || process.stderr.write(text)),
      interrupt: untilInterrupted(output),
    }),
    roots: copyRoots(shippedRoots(), root),
  };
  return { context, deployments };
}

/** @throws CliError for the environment that has no Terraform. */
export function refuseLocal(environment: string): void {
  if (environment === 'local')
    throw new CliError(
      'usage',
      'Environment local needs no Terraform: "teal deploy" makes what it needs. Another one: --env <name>.',
    );
}

/** The folder `terraform` of the package. */
const shippedRoots = (): string =>
  fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../terraform' : '../../terraform', import.meta.url));

/** Aborted by ^C and the like: Terraform then ends what it is at, and this process waits for that. */
function untilInterrupted(output: Output): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!interrupt.signal.aborted) output.note('Terraform ends what it is at and gives its lock back …');
      interrupt.abort(new CliError('unexpected', 'Interrupted. What was applied before stands: run the same again.'));
    });
  }
  return interrupt.signal;
}

function lackText(lack: TerraformLack): string {
  const get = 'install Terraform 1.11 or newer (developer.hashicorp.com/terraform/install)';
  const name = 'or say where one is: TEAL_TERRAFORM=<program>';
  switch (lack.kind) {
    case 'no-terraform':
      return `There is no program "${lack.program}": ${get}, ${name}.`;
    case 'old-terraform':
      return `${lack.program} is Terraform ${lack.version}, and locks of states in S3 need ${lack.needed}: ${get}, ${name}.`;
    case 'strange-terraform':
      return `"${lack.program} version -json" does not tell a version of Terraform: ${lack.said}. Or say where one is: TEAL_TERRAFORM=<program>.`;
  }
}
