import { AwsError } from '../aws-error.ts';
import type { Endpoint } from './protocol.ts';
import type { Shape } from './shape.ts';

/**
 * Refuses an input in which a member that the model requires is missing, in AWS's words. Not for ECS, whose
 * handlers answer in words of their own.
 * @throws AwsError ValidationException (JSON), ValidationError (query), or InvalidParameterException (CloudWatch Logs)
 */
export function checkRequired(endpoint: Endpoint, shape: Shape, input: unknown): void {
  if (endpoint.service.name === 'ecs' || complete(shape, input)) return;
  const paths = missing(shape, input, '');
  const problems = paths.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  const { service, dialect } = endpoint;
  const code = dialect.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException';
  throw new AwsError(
    // CWL-API: it has this error where other services have a validation error of no model.
    service.name === 'logs' ? 'InvalidParameterException' : code,
    `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`,
  );
}

/** Like `missing`, without making anything: this runs at every call. */
function complete(shape: Shape, value: unknown): boolean {
  if (!requires(shape) || typeof value !== 'object' || value === null) return true;
  switch (shape.kind) {
    case 'struct': {
      const record: Readonly<Record<string, unknown>> = { ...value };
      return shape.members().every((member, index) => {
        const held = record[member.name];
        return held === undefined ? index >= shape.required : complete(member.shape, held);
      });
    }
    case 'list': {
      const item = shape.item();
      return !Array.isArray(value) || value.every((each: unknown) => complete(item, each));
    }
    case 'map': {
      const item = shape.value();
      return Object.values(value).every((each: unknown) => complete(item, each));
    }
    default:
      return true;
  }
}

/** The paths of what is missing, as AWS writes them: `tags.1.member.key`. */
function missing(shape: Shape, value: unknown, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  switch (shape.kind) {
    case 'struct': {
      const record: Readonly<Record<string, unknown>> = { ...value };
      return shape.members().flatMap((member, index) => {
        const name = member.name.charAt(0).toLowerCase() + member.name.slice(1);
        const path = at === '' ? name : `${at}.${name}`;
        const held = record[member.name];
        if (held === undefined) return index < shape.required ? [path] : [];
        return missing(member.shape, held, path);
      });
    }
    case 'list': {
      const item = shape.item();
      if (!Array.isArray(value)) return [];
      return value.flatMap((each: unknown, index) => missing(item, each, `${at}.${index + 1}.member`));
    }
    case 'map': {
      const item = shape.value();
      return Object.entries(value).flatMap(([key, each]) => missing(item, each, `${at}.${key}.member`));
    }
    default:
      return [];
  }
}

const known = new WeakMap<Shape, boolean>();

/** Whether the shape, or one below it, requires anything. */
function requires(shape: Shape): boolean {
  const answer = known.get(shape);
  if (answer !== undefined) return answer;
  known.set(shape, false);
  const found =
    shape.kind === 'struct'
      ? shape.required > 0 || shape.members().some((member) => requires(member.shape))
      : shape.kind === 'list'
        ? requires(shape.item())
        : shape.kind === 'map' && requires(shape.value());
  known.set(shape, found);
  return found;
}
