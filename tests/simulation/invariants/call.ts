import { scalableResource } from '../../../src/aws/index.ts';
import { type Color, colors, type ScalingLimits, shareOf } from '../../../src/deployment/index.ts';
import type { Installation } from '../installation.ts';
import type { Message } from '../network.ts';
import type { TrueWeights } from '../truth.ts';

/** A request as the invariants see it: what it means to change. */
export type Call =
  | { readonly kind: 'set-weights'; readonly rule: string; readonly weights: TrueWeights }
  | { readonly kind: 'set-test-weights'; readonly weights: TrueWeights }
  | {
      readonly kind: 'update-service';
      readonly color: Color;
      /** ARN; undefined changes the count alone. */
      readonly taskDefinition: string | undefined;
      readonly desiredCount: number;
    }
  | ({ readonly kind: 'set-limits'; readonly color: Color } & ScalingLimits)
  | { readonly kind: 'register' }
  | { readonly kind: 'append'; readonly seq: number }
  | { readonly kind: 'take-lease'; readonly epoch: number }
  | { readonly kind: 'read-rules' }
  | { readonly kind: 'other' };

/** Calls that change the world a deployment is about; the journal is the record of them. */
export type Mutation = Extract<
  Call,
  { kind: 'set-weights' | 'set-test-weights' | 'update-service' | 'set-limits' | 'register' }
>;

export const isMutation = (call: Call): call is Mutation =>
  ['set-weights', 'set-test-weights', 'update-service', 'set-limits', 'register'].includes(call.kind);

export function readCall(message: Message, made: Installation): Call {
  const operation = message.operation.slice(message.operation.indexOf('.') + 1);
  switch (operation) {
    case 'DescribeRules':
      return { kind: 'read-rules' };
    case 'ModifyRule':
    case 'ModifyListener':
      return readModifyRule(message.body, made);
    case 'RegisterTaskDefinition':
      return { kind: 'register' };
    case 'UpdateService':
      return readUpdateService(message.body, made);
    case 'RegisterScalableTarget':
      return readRegisterTarget(message.body, made);
    case 'PutItem': {
      const item: { item?: { S?: string }; kind?: { S?: string } } = JSON.parse(message.body).Item;
      return item.kind ? { kind: 'append', seq: Number(item.item?.S) } : { kind: 'other' };
    }
    case 'UpdateItem': {
      const { UpdateExpression, ExpressionAttributeValues: values } = JSON.parse(message.body);
      return String(UpdateExpression).startsWith('SET epoch')
        ? { kind: 'take-lease', epoch: Number(values[':epoch'].N) }
        : { kind: 'other' };
    }
    default:
      return { kind: 'other' };
  }
}

function readModifyRule(body: string, made: Installation): Call {
  const fields = new URLSearchParams(body);
  const rule = fields.get('RuleArn') ?? fields.get('ListenerArn') ?? '';
  const weights: Record<Color, number> = { blue: 0, green: 0 };
  for (const [name, value] of fields) {
    const color = colors.find((candidate) => made.groups[candidate] === value);
    if (color && name.endsWith('.TargetGroupArn') && name.includes('TargetGroups'))
      weights[color] = Number(fields.get(name.replace(/TargetGroupArn$/, 'Weight')) ?? 1);
  }
  return made.testRules.includes(rule) ? { kind: 'set-test-weights', weights } : { kind: 'set-weights', rule, weights };
}

function readUpdateService(body: string, made: Installation): Call {
  const { service, desiredCount, taskDefinition } = JSON.parse(body);
  const color = colors.find((candidate) => made.ecsServices[candidate] === service);
  return color ? { kind: 'update-service', color, taskDefinition, desiredCount } : { kind: 'other' };
}

function readRegisterTarget(body: string, made: Installation): Call {
  const { ResourceId, MinCapacity: min, MaxCapacity: max, SuspendedState } = JSON.parse(body);
  const color = colors.find((one) => ResourceId === scalableResource(made.cluster, made.ecsServices[one]));
  const schedules = SuspendedState?.ScheduledScalingSuspended ? 'suspended' : 'active';
  return color ? { kind: 'set-limits', color, min, max, schedules } : { kind: 'other' };
}

/** Percent of the traffic; 0 where nothing has weight. */
export const share = (color: Color, weights: TrueWeights): number => shareOf(color, weights) || 0;
