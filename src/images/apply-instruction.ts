import { posix } from 'node:path';
import { type BuildSources, imageEntry } from './build-sources.ts';
import { copyIntoStage } from './copy-instruction.ts';
import { type Instruction, jsonList } from './dockerfile.ts';
import type { HealthCheck } from './image-config.ts';
import { refuseAt } from './image-error.ts';
import type { Stage, StageSurroundings } from './stage.ts';
import { splitPairs, splitWords, substitute } from './substitute.ts';

/**
 * Applies one instruction. What each does here is the table in docs/images.md.
 * @throws ImageError for what is refused.
 */
export function applyInstruction(stage: Stage, instruction: Instruction, around: StageSurroundings): void {
  const expand = (word: string): string =>
    substitute(
      word,
      (name) => stage.environment.get(name) ?? stage.arguments.get(name) ?? (name === 'PATH' ? basePath : undefined),
      around.escapeChar,
      instruction,
    );
  const words = (): readonly string[] => splitWords(instruction.text, around.escapeChar).map(expand);
  const pairs = (): readonly (readonly [string, string])[] =>
    splitPairs(instruction.text, around.escapeChar, instruction).map(([name, value]) => [expand(name), expand(value)]);
  const at = `line ${instruction.line}`;
  switch (instruction.name) {
    case 'RUN':
      placeProducts(stage, around.sources);
      return;
    case 'COPY':
    case 'ADD':
      copyIntoStage(stage, instruction, around, expand);
      return;
    case 'ENV':
      // All of a line sees the variables from before it.
      for (const [name, value] of pairs()) stage.environment.set(name, value);
      return;
    case 'ARG':
      declareArguments(stage, instruction, around, expand);
      return;
    case 'LABEL':
      for (const [name, value] of pairs()) stage.labels.set(name, value);
      return;
    case 'WORKDIR': {
      const folder = expand(instruction.text.trim());
      if (!folder) refuseAt(instruction, 'WORKDIR needs a path.');
      stage.workingDirectory = posix.resolve(stage.workingDirectory, folder);
      stage.files.put(stage.workingDirectory, { kind: 'directory' });
      if (stage.workingDirectory !== '/') stage.roots.add(stage.workingDirectory);
      return;
    }
    case 'CMD':
      stage.command = commandOf(stage, instruction, around);
      stage.commandSetHere = true;
      return;
    case 'ENTRYPOINT':
      stage.entryPoint = commandOf(stage, instruction, around);
      // As in Docker: a new entry point drops the command of the image below.
      if (!stage.commandSetHere) stage.command = null;
      return;
    case 'SHELL':
      stage.shell = instruction.list ?? refuseAt(instruction, 'SHELL takes a JSON list: SHELL ["/bin/sh", "-c"].');
      return;
    case 'EXPOSE':
      for (const port of words()) stage.exposedPorts.add(exposedPort(port, instruction));
      return;
    case 'STOPSIGNAL':
      stage.stopSignal = stopSignal(expand(instruction.text.trim()), instruction);
      return;
    case 'VOLUME':
      for (const folder of instruction.list?.map(expand) ?? words()) {
        const path = posix.resolve('/', folder);
        stage.volumes.add(path);
        stage.roots.add(path);
        stage.files.put(path, { kind: 'directory' });
        around.note(`${at}: VOLUME ${path} is a folder of each task here; it goes when the task ends.`);
      }
      return;
    case 'HEALTHCHECK':
      stage.healthCheck = healthCheckOf(instruction);
      around.note(`${at}: ECS ignores the image's HEALTHCHECK; give the service a healthCheck.`);
      return;
    case 'USER':
      around.note(`${at}: USER is ignored: a task runs as you, on this machine.`);
      return;
    case 'ONBUILD':
      around.note(`${at}: ONBUILD is ignored: it is for images built on this one.`);
      return;
    case 'MAINTAINER':
      around.note(`${at}: MAINTAINER is ignored, as it is long deprecated.`);
      return;
    default:
      refuseAt(instruction, `"${instruction.name}" is no Dockerfile instruction.`);
  }
}

/** What Docker's base images have; the host's own PATH follows it when a task runs. */
const basePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * `local.build` stands for all RUNs: what it made in a folder of the context that was copied to the working
 * directory appears there, as a RUN would have made it.
 */
function placeProducts(stage: Stage, sources: BuildSources): void {
  const origin = stage.origins.get(stage.workingDirectory);
  if (origin === undefined) return;
  const prefix = origin ? `${origin}/` : '';
  for (const path of sources.products) {
    const entry = sources.tree.entries.get(path);
    if (!entry || !path.startsWith(prefix)) continue;
    const to = posix.join(stage.workingDirectory, path.slice(prefix.length));
    if (stage.files.get(to)) continue;
    stage.files.put(to, imageEntry(sources, path, entry));
  }
}

function declareArguments(
  stage: Stage,
  instruction: Instruction,
  around: StageSurroundings,
  expand: (word: string) => string,
): void {
  for (const word of splitWords(instruction.text, around.escapeChar)) {
    const [, name = '', value] = /^([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? refuseAt(instruction, 'ARG needs a name.');
    const known = value === undefined ? around.globals.get(name) : expand(value);
    if (known !== undefined) stage.arguments.set(name, known);
  }
}

function commandOf(stage: Stage, instruction: Instruction, around: StageSurroundings): readonly string[] | null {
  if (instruction.list) return instruction.list.length > 0 ? instruction.list : null;
  const text = instruction.text.trim();
  if (!text) return null;
  if (text.startsWith('[')) {
    around.note(
      `line ${instruction.line}: ${instruction.name} ${text} is no JSON list of strings (double quotes?), so that a shell runs it, in Docker too.`,
    );
  }
  return [...stage.shell, text];
}

function exposedPort(text: string, instruction: Instruction): string {
  const [, port, protocol = 'tcp'] = /^(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  return port ? `${port}/${protocol.toLowerCase()}` : refuseAt(instruction, `"${text}" is no port: EXPOSE 8080/tcp.`);
}

const signalNames = ['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'WINCH'];
const signalNumbers: Readonly<Record<string, string>> = { 1: 'HUP', 2: 'INT', 3: 'QUIT', 9: 'KILL', 15: 'TERM' };

function stopSignal(text: string, instruction: Instruction): string {
  const name = signalNumbers[text] ?? text.toUpperCase().replace(/^SIG/, '');
  if (!signalNames.includes(name)) {
    refuseAt(
      instruction,
      `"${text}" is no signal for STOPSIGNAL (${signalNames.map((one) => `SIG${one}`).join(', ')}).`,
    );
  }
  return `SIG${name}`;
}

function healthCheckOf(instruction: Instruction): HealthCheck {
  const options = Object.fromEntries(instruction.flags.map((flag) => [flag.name, flag.value]));
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(instruction.text) ?? [];
  if (word.toUpperCase() === 'NONE') return { test: ['NONE'], options };
  if (word.toUpperCase() !== 'CMD') refuseAt(instruction, 'HEALTHCHECK takes CMD and a command, or NONE.');
  const list = jsonList(rest);
  return { test: list ? ['CMD', ...list] : ['CMD-SHELL', rest], options };
}
