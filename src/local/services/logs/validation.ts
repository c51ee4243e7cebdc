import { refuse } from '../../aws-error.ts';
import type { GroupRecord, LogsState, StreamRecord } from './logs-state.ts';
import { streamsOf } from './logs-state.ts';

export const invalid = (message: string): never => refuse('InvalidParameterException', message);

/** AWS's text for a member that breaks its model's constraint. */
export const constraint = (member: string, value: string, rule: string): never =>
  invalid(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`);

export function required<T>(value: T | undefined, member: string): T {
  return value === undefined
    ? invalid(
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      )
    : value;
}

/** The page size that a request asks for. */
export function pageLimit(limit: number | undefined, most: number, otherwise: number): number {
  if (limit === undefined) return otherwise;
  if (limit < 1) constraint('limit', String(limit), 'Member must have value greater than or equal to 1');
  if (limit > most) constraint('limit', String(limit), `Member must have value less than or equal to ${most}`);
  return limit;
}

/** @throws AwsError InvalidParameterException */
export function groupName(name: string | undefined): string {
  const given = required(name, 'logGroupName');
  if (given.length > 512) constraint('logGroupName', given, 'Member must have length less than or equal to 512');
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(given)) {
    constraint('logGroupName', given, 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+');
  }
  return given;
}

/** @throws AwsError InvalidParameterException */
export function streamName(name: string | undefined): string {
  const given = required(name, 'logStreamName');
  if (given.length > 512) constraint('logStreamName', given, 'Member must have length less than or equal to 512');
  if (!/^[^:*]+$/.test(given)) {
    constraint('logStreamName', given, 'Member must satisfy regular expression pattern: [^:*]*');
  }
  return given;
}

/** @throws AwsError ResourceNotFoundException */
export function requireGroup(state: LogsState, name: string | undefined): GroupRecord {
  return (
    state.groups.get(groupName(name)) ?? refuse('ResourceNotFoundException', 'The specified log group does not exist.')
  );
}

/** A group by its name, or by its name or ARN as an identifier. @throws AwsError ResourceNotFoundException */
export function groupByEither(
  state: LogsState,
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
): GroupRecord {
  if (input.logGroupName === undefined && input.logGroupIdentifier === undefined) {
    return invalid('Must specify either logGroupName or logGroupIdentifier.');
  }
  if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined) {
    return invalid('Cannot specify both logGroupName and logGroupIdentifier.');
  }
  return requireGroup(state, input.logGroupName ?? nameInArn(input.logGroupIdentifier));
}

/** The group of a tagging operation; its ARN comes with or without `:*` at the end. */
export function groupByArn(state: LogsState, arn: string | undefined): GroupRecord {
  const given = required(arn, 'resourceArn');
  const name = nameInArn(given);
  const record = name === given ? undefined : state.groups.get(name ?? '');
  return record ?? refuse('ResourceNotFoundException', 'The specified resource does not exist.');
}

/** @throws AwsError ResourceNotFoundException */
export function requireStream(state: LogsState, group: GroupRecord, name: string | undefined): StreamRecord {
  return (
    streamsOf(state, group.name).get(streamName(name)) ??
    refuse('ResourceNotFoundException', 'The specified log stream does not exist.')
  );
}

export const groupArn = (state: LogsState, name: string): string =>
  `arn:aws:logs:${state.world.region}:${state.world.account}:log-group:${name}`;

const nameInArn = (identifier: string | undefined): string | undefined =>
  /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(identifier ?? '')?.[1] ?? identifier;
