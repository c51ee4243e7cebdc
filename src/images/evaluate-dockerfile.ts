import { applyInstruction } from './apply-instruction.ts';
import type { BuildSources } from './build-sources.ts';
import type { Dockerfile, Instruction } from './dockerfile.ts';
import type { ImageConfig } from './image-config.ts';
import { refuseAt } from './image-error.ts';
import { type Stage, stageFrom, stageOn } from './stage.ts';
import { splitWords, substitute } from './substitute.ts';

export interface Evaluated {
  readonly stage: Stage;
  readonly notes: readonly string[];
  /** Where the RUNs are that the final stage needs. */
  readonly runLines: readonly number[];
}

interface StageText {
  readonly from: Instruction;
  readonly name: string | undefined;
  readonly base: string;
  readonly body: readonly Instruction[];
}

/**
 * The final stage, with all that it takes from others. Stages it does not need are left alone, as BuildKit does.
 * @throws ImageError for the first instruction that is refused.
 */
export function evaluateDockerfile(
  dockerfile: Dockerfile,
  sources: BuildSources,
  architecture: ImageConfig['architecture'],
): Evaluated {
  const globals = new Map([...platformArguments(architecture)]);
  const texts = splitStages(dockerfile, globals);
  const notes: string[] = [];
  const runLines: number[] = [];
  const done = new Map<number, Stage>();

  const indexOf = (name: string, before: number): number => {
    const named = texts.findLastIndex((text, index) => index < before && text.name === name.toLowerCase());
    const numbered = /^\d+$/.test(name) && Number(name) < before ? Number(name) : -1;
    return named >= 0 ? named : numbered;
  };
  const finished = (index: number): Stage | undefined => {
    const text = texts[index];
    if (!text) return undefined;
    const known = done.get(index);
    if (known) return known;
    const parent = finished(indexOf(text.base, index));
    const stage = parent ? stageOn(parent) : stageFrom(text.base);
    const around = {
      sources,
      escapeChar: dockerfile.escapeChar,
      globals,
      stage: (name: string) => finished(indexOf(name, index)),
      note: (note: string) => notes.push(note),
    };
    for (const instruction of text.body) {
      if (instruction.name === 'RUN') runLines.push(instruction.line);
      applyInstruction(stage, instruction, around);
    }
    done.set(index, stage);
    return stage;
  };

  const stage = finished(texts.length - 1);
  const first = dockerfile.instructions[0];
  if (!stage) return refuseAt(first ?? { file: 'Dockerfile', line: 1 }, 'no FROM: an image begins with one.');
  return { stage, notes, runLines: runLines.sort((a, b) => a - b) };
}

/** What BuildKit sets for FROM, and inside a stage once it is declared. */
function platformArguments(architecture: ImageConfig['architecture']): readonly (readonly [string, string])[] {
  const arch = architecture === 'ARM64' ? 'arm64' : 'amd64';
  return ['TARGET', 'BUILD'].flatMap((side): (readonly [string, string])[] => [
    [`${side}PLATFORM`, `linux/${arch}`],
    [`${side}OS`, 'linux'],
    [`${side}ARCH`, arch],
  ]);
}

function splitStages(dockerfile: Dockerfile, globals: Map<string, string>): readonly StageText[] {
  const expand = (word: string, at: Instruction): string =>
    substitute(word, (name) => globals.get(name), dockerfile.escapeChar, at);
  const texts: { from: Instruction; name: string | undefined; base: string; body: Instruction[] }[] = [];
  for (const instruction of dockerfile.instructions) {
    const current = texts.at(-1);
    if (instruction.name === 'FROM') {
      const words = splitWords(instruction.text, dockerfile.escapeChar).map((word) => expand(word, instruction));
      const [base, as, name] = words;
      if (!base || (words.length !== 1 && (words.length !== 3 || as?.toLowerCase() !== 'as'))) {
        refuseAt(instruction, `FROM ${instruction.text}: write FROM image, or FROM image AS name.`);
      }
      texts.push({ from: instruction, name: name?.toLowerCase(), base, body: [] });
    } else if (current) {
      current.body.push(instruction);
    } else if (instruction.name === 'ARG') {
      for (const word of splitWords(instruction.text, dockerfile.escapeChar)) {
        const equals = word.indexOf('=');
        if (equals > 0) globals.set(word.slice(0, equals), expand(word.slice(equals + 1), instruction));
      }
    } else {
      refuseAt(instruction, `${instruction.name} stands before the first FROM: only ARG may.`);
    }
  }
  return texts;
}
