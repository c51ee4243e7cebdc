import type { Color, Evidence, Reason } from '../../deployment/index.ts';
import { durationWords } from './words.ts';

/** Why a deployment was taken back or halted, in one sentence with its evidence. `of` is the colour that it speaks of. */
export function reasonText(reason: Reason, of?: Color): string {
  const whose = of === undefined ? '' : `${of}: `;
  switch (reason.kind) {
    case 'asked':
      return `${reason.request} asked for by ${reason.by}`;
    case 'register-refused':
      return `the task definition was refused: ${reason.code}: ${reason.message}`;
    case 'update-refused':
      return `the service update was refused: ${reason.code}: ${reason.message}`;
    case 'write-refused':
      return `the load balancer refused the weights: ${reason.code}: ${reason.message}`;
    case 'limits-refused':
      return `the limits of autoscaling were refused: ${reason.code}: ${reason.message}`;
    case 'ecs-deployment-failed':
      return `${whose}the ECS deployment failed (${reason.rollout.replace(/\.$/, '')})${evidenceText(reason.evidence)}`;
    case 'not-healthy-in-time':
      return `${whose}${reason.healthy} of ${reason.required} tasks healthy after ${durationWords(reason.seconds * 1000)}${evidenceText(reason.evidence)}`;
    case 'too-few-healthy':
      return `${whose}lost health: ${reason.healthy} of ${reason.required} tasks healthy${evidenceText(reason.evidence)}`;
    case 'verification-failed':
      return `${whose}not verified: ${reason.check}: found ${reason.found}${evidenceText(reason.evidence)}`;
    case 'failures':
      return `${whose}${reason.percent.toFixed(1)} % of ${reason.answers} probes failed in ${reason.windowSeconds} s, above the limit of ${reason.limit} %: ${reason.example}`;
    case 'latency':
      return `${whose}p99 ${Math.round(reason.p99Ms)} ms over ${reason.windowSeconds} s, above the limit of ${reason.limitMs} ms (${reason.answers} probes)`;
    case 'alarm':
      return `alarm ${reason.name} fires: ${reason.reason}`;
    case 'clients-failures':
      return `${whose}${reason.percent.toFixed(1)} % of ${reason.requests} requests of clients got a 5xx in ${reason.windowSeconds} s, above the limit of ${reason.limit} % (CloudWatch)`;
    case 'clients-latency':
      return `${whose}p99 ${Math.round(reason.p99Ms)} ms over ${reason.windowSeconds} s, above the limit of ${reason.limitMs} ms (${reason.requests} requests of clients, CloudWatch)`;
    case 'no-data':
      return `${whose}only ${reason.answers} of ${reason.minimum} probes were answered`;
    case 'weights-changed-by-another': {
      const found = `${reason.found.blue ?? 'not named'}/${reason.found.green ?? 'not named'}`;
      return `somebody else changed the weights: found blue/green ${found}, teal had left ${reason.expected.blue}/${reason.expected.green}`;
    }
    case 'nothing-to-return-to':
      return `${reason.former} has no healthy target to return to${reason.first ? `; first: ${reasonText(reason.first, of)}` : ''}`;
  }
}

/** What speaks for it: tasks that stopped before targets that are not healthy. */
function evidenceText({ stopped, targets }: Evidence): string {
  const [task] = stopped;
  const [target] = targets;
  const answered = targets.flatMap(({ description }) => failedCodes.exec(description)?.[1] ?? [])[0];
  if (task?.stoppedReason.startsWith('Task failed ELB health checks')) {
    const which = stopped.length === 1 ? 'a task' : `${stopped.length} tasks`;
    return `; ${which} failed the target health check${answered === undefined ? '' : ` (it was answered ${answered})`}`;
  }
  if (task) {
    const how = task.exitCode === undefined ? '' : ` with exit code ${task.exitCode}`;
    const which = stopped.length === 1 ? 'a task stopped' : `${stopped.length} tasks stopped`;
    return `; ${which}${how} (${[task.stopCode, task.stoppedReason].filter((text) => text !== '').join(': ')})`;
  }
  if (answered !== undefined) return `; the target health check was answered ${answered}`;
  return target ? `; ${target.reason} ${target.description}`.trimEnd() : '';
}

/** Source: ELB's description of Target.ResponseCodeMismatch. */
const failedCodes = /^Health checks failed with these codes: \[(.+)\]$/;
