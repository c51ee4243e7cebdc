import type { SeenCall } from '../../../integration/engine/kit/proxy.ts';
import type { Access } from './evaluate.ts';

/** Whose calls they are. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  /** Of a secret that is asked for by its name alone. */
  readonly secretArn: (name: string) => string;
  /** Of a role, whose ARN has a path besides. */
  readonly roleArn: (name: string) => string;
}

interface Body {
  readonly [member: string]: Value | undefined;
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [member: string]: Value };

/**
 * What IAM asks of a policy for one call: which actions, on which ARNs, with which condition keys. Source: the service
 * authorization reference of each service; none for what IAM never refuses.
 */
export function accessesOf(call: SeenCall, { account, region, secretArn, roleArn }: Caller): readonly Access[] {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
  const one = (action: string, resource = '*', context: Access['context'] = {}): readonly Access[] => [
    { action, resource, context },
  ];
  const each = (action: string, resources: readonly string[], context: Access['context'] = {}): readonly Access[] =>
    resources.map((resource) => ({ action, resource, context }));
  const { service, body } = call;
  // Of CBOR the operation is the last part of the path.
  const operation = call.operation.split('/').at(-1) ?? '';
  switch (`${service}.${operation}`) {
    case 'sts.GetCallerIdentity':
      // It needs no permission (STS-API/API_GetCallerIdentity).
      return [];

    case 'iam.GetRole':
      return one('iam:GetRole', roleArn(new URLSearchParams(body).get('RoleName') ?? ''));
    case 'servicequotas.GetServiceQuota':
      return one('servicequotas:GetServiceQuota');

    case 'ssm.GetParameters': {
      const names = texts(json(body).Names).map((name) => arn('ssm', `parameter/${name.replace(/^\//, '')}`));
      const read = each('ssm:GetParameters', names);
      if (json(body).WithDecryption !== true) return read;
      // Parameter Store decrypts with the caller's rights (SSM-UG/services-parameter-store).
      const via = { 'kms:ViaService': `ssm.${region}.amazonaws.com` };
      return [...read, ...one('kms:Decrypt', arn('kms', 'key/aws-ssm'), via)];
    }

    case 'secretsmanager.DescribeSecret':
      return one('secretsmanager:DescribeSecret', secretArn(text(json(body).SecretId)));

    case 'dynamodb.DescribeTable':
      return one('dynamodb:DescribeTable', arn('dynamodb', `table/${text(json(body).TableName)}`));

    case 'dynamodb.GetItem':
    case 'dynamodb.UpdateItem':
    case 'dynamodb.PutItem':
    case 'dynamodb.Query': {
      const { TableName, Key, Item, ExpressionAttributeValues } = json(body);
      const stream = member(Key ?? Item, 'stream') ?? member(ExpressionAttributeValues, ':stream');
      const context = { 'dynamodb:LeadingKeys': [text(member(stream, 'S'))] };
      return one(`dynamodb:${operation}`, arn('dynamodb', `table/${text(TableName)}`), context);
    }

    case 'ecs.DescribeServices': {
      const { cluster, services } = json(body);
      return each(
        'ecs:DescribeServices',
        texts(services).map((name) => arn('ecs', `service/${nameIn(cluster)}/${nameIn(name)}`)),
      );
    }
    case 'ecs.UpdateService': {
      const { cluster, service: name } = json(body);
      return one('ecs:UpdateService', arn('ecs', `service/${nameIn(cluster)}/${nameIn(name)}`));
    }
    case 'ecs.DescribeTaskDefinition':
      return one('ecs:DescribeTaskDefinition');
    case 'ecs.RegisterTaskDefinition': {
      const { family, tags, executionRoleArn, taskRoleArn } = json(body);
      const definition = arn('ecs', `task-definition/${text(family)}:*`);
      const passed = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
      return [
        ...one('ecs:RegisterTaskDefinition', definition),
        ...(Array.isArray(tags) && tags.length > 0 ? one('ecs:TagResource', definition) : []),
        ...each('iam:PassRole', texts([executionRoleArn, taskRoleArn].filter(isThere)), passed),
      ];
    }
    case 'ecs.ListTasks':
      return one('ecs:ListTasks', '*', { 'ecs:cluster': arn('ecs', `cluster/${nameIn(json(body).cluster)}`) });
    case 'ecs.DescribeTasks': {
      const { cluster, tasks } = json(body);
      return each(
        'ecs:DescribeTasks',
        texts(tasks).map((task) => arn('ecs', `task/${nameIn(cluster)}/${nameIn(task)}`)),
      );
    }

    case 'elasticloadbalancing.DescribeAccountLimits':
    case 'elasticloadbalancing.DescribeListeners':
    case 'elasticloadbalancing.DescribeLoadBalancers':
    case 'elasticloadbalancing.DescribeRules':
    case 'elasticloadbalancing.DescribeTags':
    case 'elasticloadbalancing.DescribeTargetGroups':
    case 'elasticloadbalancing.DescribeTargetHealth':
      return one(`elasticloadbalancing:${operation}`);
    case 'elasticloadbalancing.ModifyRule':
      return one('elasticloadbalancing:ModifyRule', new URLSearchParams(body).get('RuleArn') ?? '');

    case 'application-autoscaling.DescribeScalableTargets':
      return one('application-autoscaling:DescribeScalableTargets');
    case 'application-autoscaling.RegisterScalableTarget': {
      const { ServiceNamespace, ScalableDimension } = json(body);
      return one(
        'application-autoscaling:RegisterScalableTarget',
        arn('application-autoscaling', 'scalable-target/0a1b'),
        {
          'application-autoscaling:service-namespace': text(ServiceNamespace),
          'application-autoscaling:scalable-dimension': text(ScalableDimension),
        },
      );
    }

    case 'monitoring.DescribeAlarms':
    case 'monitoring.GetMetricData':
      return one(`cloudwatch:${operation}`);

    case 'logs.DescribeLogGroups':
      return one('logs:DescribeLogGroups');
    case 'logs.FilterLogEvents':
    case 'logs.GetLogEvents': {
      const { logGroupName, logStreamName } = json(body);
      const stream = typeof logStreamName === 'string' ? `log-stream:${logStreamName}` : '';
      return one(`logs:${operation}`, arn('logs', `log-group:${text(logGroupName)}:${stream}`));
    }

    case 'ecr.DescribeImages':
    case 'ecr.BatchGetImage':
    case 'ecr.PutImage':
      return one(`ecr:${operation}`, arn('ecr', `repository/${text(json(body).repositoryName)}`));

    default:
      throw new Error(`what ${service}.${operation} needs of IAM is not known: look it up, and add it here`);
  }
}

const json = (body: string): Body => JSON.parse(body);

const isThere = (value: Value | undefined): value is Value => value !== undefined && value !== null;

function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Error(`expected a text, found ${JSON.stringify(value)}`);
  return value;
}

const texts = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

function member(value: Value | undefined, name: string): Value | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [member: string]: Value })[name];
}

/** A name, or the last part of an ARN. */
const nameIn = (value: Value | undefined): string => text(value).split('/').at(-1) ?? '';
