import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demanded, type Stand } from './stand.ts';

/** The field's procedure, command by command, with the AWS CLI as people have it. */
export interface ByHand {
  /** ARN of the task definition that a service has now. */
  current(service: string): Promise<string>;
  /** Registers `image` as a new revision of a task definition; its ARN. */
  register(taskDefinition: string, image: string): Promise<string>;
  /** With the port that Terraform's or teal's bootstrap could not know yet. */
  update(service: string, taskDefinition: string, targetGroup: string): Promise<void>;
  /** The CLI's own waiters: they ask every 15 s. */
  waitByWaiters(service: string, targetGroup: string): Promise<void>;
  /** The same conditions asked for every second. */
  waitByPolling(service: string, targetGroup: string): Promise<void>;
  weights(rule: string, weights: readonly (readonly [group: string, weight: number])[]): Promise<void>;
}

export function byHand(stand: Stand, cluster: string): ByHand {
  const aws = (...args: readonly string[]): Promise<unknown> => runAws(stand, args);
  return {
    current: async (service) =>
      String(
        await aws(
          'ecs',
          'describe-services',
          '--cluster',
          cluster,
          '--services',
          service,
          ...query('services[0].taskDefinition'),
        ),
      ),
    async register(taskDefinition, image) {
      const found = await aws(
        'ecs',
        'describe-task-definition',
        '--task-definition',
        taskDefinition,
        ...query('taskDefinition'),
      );
      const { containerDefinitions, ...rest }: Record<string, unknown> = { ...Object(found) };
      const kept = [
        'family',
        'taskRoleArn',
        'executionRoleArn',
        'networkMode',
        'requiresCompatibilities',
        'cpu',
        'memory',
        'runtimePlatform',
      ];
      const [container] = Array.isArray(containerDefinitions) ? containerDefinitions : [];
      const input = {
        ...Object.fromEntries(Object.entries(rest).filter(([name]) => kept.includes(name))),
        containerDefinitions: [{ ...Object(container), image }],
      };
      const file = join(stand.project, 'task-definition.json');
      writeFileSync(file, JSON.stringify(input));
      const registered = await aws(
        'ecs',
        'register-task-definition',
        '--cli-input-json',
        `file://${file}`,
        ...query('taskDefinition.taskDefinitionArn'),
      );
      return String(registered);
    },
    async update(service, taskDefinition, targetGroup) {
      await aws(
        'ecs',
        'update-service',
        ...['--cluster', cluster, '--service', service, '--task-definition', taskDefinition],
        ...['--desired-count', String(demanded.tasks)],
        ...['--load-balancers', `targetGroupArn=${targetGroup},containerName=app,containerPort=8080`],
      );
    },
    async waitByWaiters(service, targetGroup) {
      await aws('ecs', 'wait', 'services-stable', '--cluster', cluster, '--services', service);
      await aws('elbv2', 'wait', 'target-in-service', '--target-group-arn', targetGroup);
    },
    async waitByPolling(service, targetGroup) {
      for (;;) {
        const stable = await aws(
          'ecs',
          'describe-services',
          '--cluster',
          cluster,
          '--services',
          service,
          ...query('services[0].[length(deployments), runningCount, desiredCount]'),
        );
        const [deployments, running, desired] = Array.isArray(stable) ? stable : [];
        if (deployments === 1 && running === desired) {
          const states = await aws(
            'elbv2',
            'describe-target-health',
            '--target-group-arn',
            targetGroup,
            ...query('TargetHealthDescriptions[].TargetHealth.State'),
          );
          if (Array.isArray(states) && states.length > 0 && states.every((state) => state === 'healthy')) return;
        }
        await sleep(1_000);
      }
    },
    async weights(rule, weights) {
      const groups = weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
      const actions = [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }];
      await aws('elbv2', 'modify-rule', '--rule-arn', rule, '--actions', JSON.stringify(actions));
    },
  };
}

const query = (path: string): readonly string[] => ['--query', path, '--output', 'json'];

/** What it printed as JSON, null where that is nothing. */
function runAws({ environment, project }: Stand, args: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn('aws', args, { cwd: project, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out.trim() === '' ? null : JSON.parse(out));
      else reject(new Error(`aws ${args.slice(0, 2).join(' ')} ended with ${code}: ${errors.trim()}`));
    });
  });
}
