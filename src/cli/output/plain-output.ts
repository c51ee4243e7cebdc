import type { DeploymentEvent } from '../../deployment/index.ts';
import { describeEvent } from './event-text.ts';
import type { Output } from './output.ts';

/** Lines with a time, for CI and pipes; with `json`, one document per line on stdout. */
export function plainOutput(stdout: (text: string) => void, stderr: (text: string) => void, json: boolean): Output {
  let driving = false;
  const line = (event: DeploymentEvent): void => {
    const text = describeEvent(event);
    if (text !== undefined) stderr(`${event.at} ${event.service} ${text}\n`);
  };
  return {
    interactive: false,
    get driving() {
      return driving;
    },
    json,
    event(event) {
      driving = event.type !== 'outcome';
      if (json) stdout(`${JSON.stringify(event)}\n`);
      else line(event);
    },
    note: (text) => stderr(`${text}\n`),
    result: (text, value) => stdout(json ? `${JSON.stringify(value)}\n` : `${text}\n`),
    problem: (text, value) => {
      stderr(`${text}\n`);
      if (json && value) stdout(`${JSON.stringify(value)}\n`);
    },
    confirm: async () => false,
    askInterrupt: async () => 'rollback',
    close: () => undefined,
  };
}
