import type { Shape } from './shape.ts';

/**
 * The members of a structure as XML elements, without an element around them. `undefined` members are left out, members
 * that the model does not know stay.
 */
export function writeXml(shape: Shape, value: unknown): string {
  return shape.kind === 'struct' ? writeMembers(shape, value) : element('value', shape, value);
}

export const escapeXml = (text: string): string => text.replace(/[&<>"'\r]/g, (found) => entities[found] ?? found);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#xD;',
};

function writeMembers(shape: Shape & { kind: 'struct' }, value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const record = new Map<string, unknown>(Object.entries(value));
  let xml = '';
  for (const member of shape.members()) {
    xml += element(member.xmlName, member.shape, record.get(member.name));
    record.delete(member.name);
  }
  for (const [name, held] of record) xml += unknownElement(name, held);
  return xml;
}

/** By its looks. What can't be an element's name is no member of any model. */
function unknownElement(name: string, value: unknown): string {
  if (value === undefined || value === null || !/^[A-Za-z_][\w.-]*$/.test(name)) return '';
  if (Array.isArray(value)) return wrap(name, value.map((each: unknown) => unknownElement('member', each)).join(''));
  if (value instanceof Date) return wrap(name, value.toISOString());
  if (typeof value !== 'object') return wrap(name, escapeXml(String(value)));
  return wrap(
    name,
    Object.entries(value)
      .map(([below, held]) => unknownElement(below, held))
      .join(''),
  );
}

function element(name: string, shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (shape.kind) {
    case 'struct':
      return wrap(name, writeMembers(shape, value));
    case 'list': {
      const item = shape.item();
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      if (shape.flat) return items.map((each) => element(name, item, each)).join('');
      return wrap(name, items.map((each) => element(shape.itemName, item, each)).join(''));
    }
    case 'map': {
      const item = shape.value();
      const entries = Object.entries(value).map(([key, each]) =>
        wrap(shape.flat ? name : 'entry', wrap(shape.keyName, escapeXml(key)) + element(shape.valueName, item, each)),
      );
      return shape.flat ? entries.join('') : wrap(name, entries.join(''));
    }
    case 'blob':
      return wrap(name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value));
    case 'timestamp':
      return wrap(name, value instanceof Date ? writeTimestamp(shape.format, value) : escapeXml(String(value)));
    default:
      return wrap(name, escapeXml(String(value)));
  }
}

/** AWS writes an empty list or structure as an empty element. */
const wrap = (name: string, inner: string): string => (inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`);

function writeTimestamp(format: string, value: Date): string {
  if (format === 'epoch-seconds') return String(value.getTime() / 1000);
  if (format === 'http-date') return value.toUTCString();
  return value.toISOString();
}
