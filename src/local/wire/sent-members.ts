import type { Shape } from './shape.ts';

/** Items of a list beyond this many are told as one: what else they name is told, which of them named it is not. */
const itemsApart = 10;

/**
 * The members that an input names, as dotted paths, the same for all protocols: `loadBalancers`,
 * `loadBalancers.0.containerPort`. No value is in them, nor a key of a map, for which `*` stands. Members that the model
 * does not know are told by name, without what is below them.
 */
export function sentMembers(shape: Shape, input: unknown): readonly string[] {
  const found = new Set<string>();
  visit(shape, input, '', found);
  return [...found];
}

function visit(shape: Shape, value: unknown, at: string, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  switch (shape.kind) {
    case 'struct': {
      const record = new Map<string, unknown>(Object.entries(value));
      for (const member of shape.members()) {
        const held = record.get(member.name);
        if (held === undefined) continue;
        record.delete(member.name);
        found.add(`${at}${member.name}`);
        visit(member.shape, held, `${at}${member.name}.`, found);
      }
      for (const name of record.keys()) found.add(`${at}${name}`);
      return;
    }
    case 'list': {
      if (!Array.isArray(value)) return;
      const item = shape.item();
      value.forEach((each: unknown, index) => {
        visit(item, each, `${at}${index < itemsApart ? index : `${itemsApart}+`}.`, found);
      });
      return;
    }
    case 'map': {
      const item = shape.value();
      for (const each of Object.values(value)) visit(item, each, `${at}*.`, found);
      return;
    }
    default:
      return;
  }
}
