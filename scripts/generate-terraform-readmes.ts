import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** The page of a module, with the tables of its inputs and outputs as its files declare them today. */
export interface ModulePage {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = '## Inputs';

/** Of every module: what stands before the tables is written by people, and kept. */
export function modulePages(): readonly ModulePage[] {
  return readdirSync(`${root}terraform/modules`).map((name) => {
    const folder = `terraform/modules/${name}`;
    const path = `${folder}/README.md`;
    const there = existsSync(root + path) ? readFileSync(root + path, 'utf8') : `# ${name}\n\n`;
    const [prose = ''] = there.split(marker);
    return { path, content: `${prose.trimEnd()}\n\n${tables(folder)}` };
  });
}

function tables(folder: string): string {
  const inputs = blocks('variable', `${folder}/variables.tf`).map(({ name, body }) => [
    `\`${name}\``,
    code(attribute(body, 'type')),
    code(attribute(body, 'default')),
    text(attribute(body, 'description')),
  ]);
  const outputs = blocks('output', `${folder}/outputs.tf`).map(({ name, body }) => [
    `\`${name}\``,
    text(attribute(body, 'description')),
  ]);
  return [
    `${marker}\n\n${table(['name', 'type', 'default', 'description'], inputs)}`,
    `## Outputs\n\n${table(['name', 'description'], outputs)}`,
  ].join('\n');
}

/** The blocks of one kind in a file, which `terraform fmt` has formatted: each ends with a brace at the margin. */
function blocks(kind: string, path: string): readonly { readonly name: string; readonly body: string }[] {
  const source = readFileSync(root + path, 'utf8');
  return [...source.matchAll(new RegExp(`^${kind} "([^"]+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, name = '', body = '']) => ({ name, body }),
  );
}

/** An attribute's expression on one line, to where its brackets are closed again; '' where it is not there. */
function attribute(body: string, name: string): string {
  const start = new RegExp(`^  ${name}\\s*=\\s*`, 'm').exec(body);
  if (!start) return '';
  let depth = 0;
  let expression = '';
  for (const line of body.slice(start.index + start[0].length).split('\n')) {
    // A line of a list or an object ends with the comma that the line break stands for.
    const joint = expression === '' || /[({[]$/.test(expression) || /^\s*[)}\]]/.test(line) ? ' ' : ', ';
    expression += expression === '' ? line.trim() : `${joint}${line.trim()}`;
    depth += count(line, /[({[]/g) - count(line, /[)}\]]/g);
    if (depth <= 0) break;
  }
  return expression
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/,+ *,/g, ',')
    .replaceAll(/([([]) /g, '$1')
    .replaceAll(/ ([)\]])/g, '$1');
}

const count = (line: string, pattern: RegExp): number => [...line.matchAll(pattern)].length;
const code = (expression: string): string => (expression === '' ? '' : `\`${expression.replaceAll('|', '\\|')}\``);
const text = (literal: string): string => literal.replace(/^"|"$/g, '').replaceAll('\\"', '"').replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, content } of modulePages()) writeFileSync(root + path, content);
}
