import { systemClock } from '../base/index.ts';
import { findProjectRoot, type Project, readProject } from '../config/index.ts';
import { serviceStatus } from '../operations/index.ts';
import { compose } from './compose.ts';
import { createOutput } from './output/index.ts';
import { type FoundService, statusRows, statusText } from './output/status-text.ts';
import { counted } from './output/words.ts';
import { findRuntime, runtimeData } from './runtime-process.ts';

/** `teal` alone: what is going on here and what one would do next. */
export async function overview(out: { write(text: string): unknown }): Promise<void> {
  const { here, next } = await lookHere();
  out.write(`${here}\n\nNext: ${next}\nAll commands: teal --help\n`);
}

interface Here {
  readonly here: string;
  readonly next: string;
}

async function lookHere(): Promise<Here> {
  const root = findProjectRoot(process.cwd());
  if (root === undefined) {
    return {
      here: 'There is no project here.',
      next: 'teal init   starts one that deploys as it is\n      teal demo   shows a deployment under load, start to end',
    };
  }
  const read = readProject(root);
  if (!read.ok) {
    return {
      here: `The project in ${root} has ${counted(read.error.diagnostics.length, 'problem')}.`,
      next: 'teal validate',
    };
  }
  const project = read.value;
  const names = project.services.map((service) => service.name);
  const [first] = names;
  if (first === undefined)
    return { here: `Project ${project.name} has no service.`, next: 'write services/<name>.json' };
  if (!(await findRuntime(runtimeData(process.env)))) {
    return {
      here: `Project ${project.name}: ${names.join(', ')}. The local runtime does not run.`,
      next: `teal deploy ${first}`,
    };
  }
  return lookAtRuntime(project);
}

async function lookAtRuntime(project: Project): Promise<Here> {
  const { context } = await compose('local', createOutput(false), { drives: false });
  const found: FoundService[] = [];
  for (const { name } of project.services) {
    const status = await serviceStatus(context, name);
    found.push({ name, status: status.ok ? status.value : status.error });
  }
  const now = systemClock.now();
  const asked = statusRows(found, now).find((row) => row.next !== '');
  const [first = ''] = project.services.map(({ name }) => name);
  return {
    here: statusText('local', found, now),
    next: asked?.next ?? `change something, then teal deploy ${first}`,
  };
}
