import type { PastDeployment } from '../operations/index.ts';
import { CliError } from './cli-error.ts';

/** The one deployment that `id` is, or is the beginning of. @throws CliError where there is none, or several. */
export function deploymentNamed(past: readonly PastDeployment[], id: string, service: string): PastDeployment {
  const [found, ...more] = past.filter((deployment) => deployment.id.startsWith(id.toUpperCase()));
  if (found && more.length === 0) return found;
  throw new CliError(
    'usage',
    found
      ? `"${id}" is the beginning of ${[found, ...more].map((deployment) => deployment.id).join(', ')}. Which one?`
      : `${service} has no deployment "${id}". All of them: teal history ${service}`,
  );
}
