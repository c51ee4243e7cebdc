import { AwsError } from '../aws-error.ts';
import type { Shape } from './shape.ts';

/** `A.member.1.B=c` as a tree: each dot opens a level. */
interface Node {
  text: string | undefined;
  readonly below: Map<string, Node>;
}

/**
 * What a query client sent (awsQuery), as the SDK's types describe it. Parameters that the model does not know stay, as
 * texts, structures and lists.
 * @throws AwsError MalformedInput where a value has another type than the model's.
 */
export function readQuery(shape: Shape, parameters: URLSearchParams): unknown {
  const root = newNode();
  for (const [name, value] of parameters) {
    if (isOfProtocol(name)) continue;
    let node = root;
    for (const part of name.split('.')) {
      let next = node.below.get(part);
      if (!next) {
        next = newNode();
        node.below.set(part, next);
      }
      node = next;
    }
    node.text = value;
  }
  return read(shape, root);
}

function read(shape: Shape, node: Node): unknown {
  switch (shape.kind) {
    case 'struct': {
      const out: Record<string, unknown> = {};
      for (const member of shape.members()) {
        const child = node.below.get(member.xmlName);
        if (child) out[member.name] = read(member.shape, child);
      }
      const known = knownNames(shape);
      for (const [name, child] of node.below) {
        if (!known.has(name) && name !== '__proto__') out[name] = guess(child);
      }
      return out;
    }
    case 'list': {
      const item = shape.item();
      // Clients name the items `member`, or as the model does, or not at all.
      const holder = node.below.get('member') ?? node.below.get(shape.itemName) ?? node;
      return inOrder(holder).map((child) => read(item, child));
    }
    case 'map': {
      const value = shape.value();
      const holder = node.below.get('entry') ?? node;
      return Object.fromEntries(
        inOrder(holder).map((entry) => [
          entry.below.get(shape.keyName)?.text ?? '',
          read(value, entry.below.get(shape.valueName) ?? newNode()),
        ]),
      );
    }
    default:
      return readText(shape.kind, node.text ?? '');
  }
}

/** Part of each request, or of a signature in the query string; members of no operation. */
const isOfProtocol = (name: string): boolean => name === 'Action' || name === 'Version' || name.startsWith('X-Amz-');

const namesKnown = new WeakMap<Shape, ReadonlySet<string>>();

function knownNames(shape: Shape & { kind: 'struct' }): ReadonlySet<string> {
  const names = namesKnown.get(shape) ?? new Set(shape.members().map((member) => member.xmlName));
  namesKnown.set(shape, names);
  return names;
}

/** What the model does not know, by its looks. */
function guess(node: Node): unknown {
  const holder = node.below.get('member') ?? node;
  const items = inOrder(holder);
  if (items.length > 0) return items.map(guess);
  if (node.below.size === 0) return node.text ?? '';
  const members = [...node.below].filter(([name]) => name !== '__proto__');
  return Object.fromEntries(members.map(([name, child]) => [name, guess(child)]));
}

function inOrder(holder: Node): readonly Node[] {
  return [...holder.below]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function readText(kind: 'string' | 'number' | 'boolean' | 'blob' | 'timestamp' | 'document', text: string): unknown {
  switch (kind) {
    case 'number': {
      const value = Number(text);
      return text.trim() === '' || Number.isNaN(value) ? malformed() : value;
    }
    case 'boolean': {
      const word = text.toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : malformed();
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'timestamp': {
      const at = new Date(/^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
      return Number.isNaN(at.getTime()) ? malformed() : at;
    }
    default:
      return text;
  }
}

function malformed(): never {
  throw new AwsError('MalformedInput', 'Invalid Argument');
}

const newNode = (): Node => ({ text: undefined, below: new Map() });
