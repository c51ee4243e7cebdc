import type { Evidence, Reason } from '../../deployment/index.ts';

/** Why a deployment was taken back or halted, in one sentence with its evidence. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'asked':
      return `${reason.request} asked for by ${reason.by}`;
    case 'register-refused':
      return `the task definition was refused: ${reason.code}: ${reason.message}`;
    case 'update-refused':
      return `the service update was refused: ${reason.code}: ${reason.message}`;
    case 'write-refused':
      return `the load balancer refused the weights: ${reason.code}: ${reason.message}`;
    case 'ecs-deployment-failed':
      return `the ECS deployment failed, ${reason.failedTasks} tasks: ${reason.rollout}${evidenceText(reason.evidence)}`;
    case 'not-healthy-in-time':
      return `${reason.healthy} of ${reason.required} tasks healthy after ${reason.seconds} s${evidenceText(reason.evidence)}`;
    case 'too-few-healthy':
      return `${reason.healthy} of ${reason.required} tasks healthy${evidenceText(reason.evidence)}`;
    case 'verification-failed':
      return `${reason.check}: found ${reason.found}${evidenceText(reason.evidence)}`;
    case 'failures':
      return `${reason.percent.toFixed(1)} % of ${reason.answers} probes failed in ${reason.windowSeconds} s, limit ${reason.limit} %: ${reason.example}`;
    case 'latency':
      return `p99 ${Math.round(reason.p99Ms)} ms over ${reason.windowSeconds} s, limit ${reason.limitMs} ms (${reason.answers} probes)`;
    case 'no-data':
      return `only ${reason.answers} of ${reason.minimum} probes were answered`;
    case 'weights-changed-by-another': {
      const found = `${reason.found.blue ?? 'not named'}/${reason.found.green ?? 'not named'}`;
      return `somebody else changed the weights: found blue/green ${found}, teal had left ${reason.expected.blue}/${reason.expected.green}`;
    }
    case 'nothing-to-return-to':
      return `${reason.former} has no healthy target to return to${reason.first ? `; first: ${reasonText(reason.first)}` : ''}`;
  }
}

function evidenceText(evidence: Evidence): string {
  const [task] = evidence.stopped;
  const [target] = evidence.targets;
  const lastLine = evidence.lastLines.at(-1);
  if (task)
    return `; a task stopped${task.exitCode === undefined ? '' : ` with exit code ${task.exitCode}`}: ${task.stoppedReason}${lastLine === undefined ? '' : `; its last line: "${lastLine}"`}`;
  return target ? `; ${target.reason} ${target.description}`.trimEnd() : '';
}
