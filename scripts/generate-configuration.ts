import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { jsonSchemas } from '../src/config/json-schemas.ts';
import { owners } from '../src/config/owners.ts';
import { sizes } from '../src/config/sizes.ts';

/** A file of the repository that follows from the schema. */
interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

const page = 'docs/configuration.md';

/** The JSON Schemas, and the reference in the docs between its markers; a test compares them with what is committed. */
export function generatedFiles(): readonly GeneratedFile[] {
  const schemas = jsonSchemas();
  const sections = {
    ...Object.fromEntries(
      schemas.map(({ name, content }) => [name.replace('.schema.json', ''), fieldTable(JSON.parse(content))]),
    ),
    sizes: sizeTable(),
    owners: ownerTable(),
  };
  const text = Object.entries(sections).reduce(
    (before, [name, section]) => replaceSection(before, name, section),
    readFileSync(fileOf(page), 'utf8'),
  );
  return [
    ...schemas.map(({ name, content }) => ({ path: `tests/golden/config/schemas/${name}`, content })),
    { path: page, content: text },
  ];
}

export const fileOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The part of a JSON Schema that the tables speak of. */
interface Field {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly items?: Field;
  readonly additionalProperties?: Field | false;
  readonly anyOf?: readonly Field[];
}

function fieldTable(schema: Field): string {
  return table(['Field', 'Value', 'Default', 'Meaning'], rows(schema, ''));
}

function ownerTable(): string {
  const names = { terraform: 'Terraform', engine: 'engine' };
  return table(
    ['Field', 'Owner', 'What it becomes'],
    Object.entries(owners).map(([field, { owner, becomes }]) => [code(field), names[owner], becomes]),
  );
}

/** Where each decision is written otherwise, if not in `settings`. */
const groups: Readonly<Record<string, string>> = { zones: 'network', outbound: 'network', natPerZone: 'network' };

function sizeTable(): string {
  const decided = (size: keyof typeof sizes): Readonly<Record<string, unknown>> => {
    const { database, ...others } = sizes[size];
    const own = Object.entries(others).map(([name, value]) => [`${groups[name] ?? 'settings'}.${name}`, value]);
    return Object.fromEntries([
      ...own,
      ...Object.entries(database).map(([name, value]) => [`database.${name}`, value]),
    ]);
  };
  const { frugal, production } = { frugal: decided('frugal'), production: decided('production') };
  return table(
    ['Field', code('frugal'), code('production')],
    Object.keys(frugal).map((name) => [
      code(name),
      code(JSON.stringify(frugal[name])),
      code(JSON.stringify(production[name])),
    ]),
  );
}

function rows(schema: Field, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (name === '$schema') return [];
    const path = prefix === '' ? name : `${prefix}.${name}`;
    // A group is told by its fields.
    if (field.properties && field.default !== undefined) return rows(field, path);
    const [meaning = '', because] = (field.description ?? '').split(/ Default (?:.*?: )?/);
    const needed = schema.required?.includes(name) ?? false;
    const standard = needed ? 'must be given' : field.default === undefined ? '–' : code(JSON.stringify(field.default));
    const words = because === undefined || because === 'none.' ? meaning : `${meaning} (${because.replace(/\.$/, '')})`;
    return [[code(path), valueText(field), standard, words], ...inner(field, path)];
  });
}

function inner(field: Field, path: string): string[][] {
  return [
    ...(field.properties ? rows(field, path) : []),
    ...(field.items ? inner(field.items, `${path}[]`) : []),
    ...(field.additionalProperties ? inner(field.additionalProperties, `${path}.<name>`) : []),
    ...(field.anyOf ?? []).flatMap((branch) => inner(branch, path)),
  ];
}

function valueText(field: Field): string {
  if (field.enum) return field.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (field.anyOf) return field.anyOf.map(valueText).join(' or ');
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  if (field.properties) return code(`{ ${(field.required ?? []).map((name) => `"${name}": …`).join(', ')} }`);
  if (field.minimum !== undefined) return `${field.minimum} to ${field.maximum}`;
  if (field.examples?.length) return code(JSON.stringify(field.examples[0]));
  if (field.title) return field.title.startsWith('"') ? code(field.title) : field.title;
  return field.type ?? '';
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function replaceSection(text: string, name: string, section: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} lacks the markers ${start} and ${end}`);
  return `${before}${start}\n${section}\n${end}${after}`;
}

const code = (text: string): string => `\`${text}\``;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { path, content } of generatedFiles()) writeFileSync(fileOf(path), content);
}
