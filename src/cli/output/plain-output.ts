import type { DeploymentEvent } from '../../deployment/index.ts';
import { askLine } from './ask-line.ts';
import { createTeller } from './event-text.ts';
import type { Output } from './output.ts';

/** Lines with a time, for CI and pipes; with `json`, one document per line on stdout. */
export function plainOutput(
  stdout: (text: string) => void,
  stderr: (text: string) => void,
  { json, interactive }: { readonly json: boolean; readonly interactive: boolean },
): Output {
  let driving = false;
  let shown = '';
  const tell = createTeller();
  const line = (event: DeploymentEvent): void => {
    const text = tell(event);
    if (text !== undefined) stderr(`${event.at} ${event.service} ${text}\n`);
  };
  const result = (text: string, value: object): void => stdout(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  return {
    interactive,
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
    result,
    problem: (text, value) => {
      stderr(`${text}\n`);
      if (json && value) stdout(`${JSON.stringify(value)}\n`);
    },
    confirm: async (question) => interactive && /^y(es)?$/i.test(await askLine(`${question} [y/N] `)),
    async askInterrupt() {
      const answer = await askLine('Stop? r rolls back at once, l leaves it without a driver, Enter goes on: ');
      return answer === 'r' ? 'rollback' : answer === 'l' ? 'leave' : 'go-on';
    },
    onKey: () => undefined,
    screen: null,
    show(text, value) {
      if (text === shown) return;
      shown = text;
      result(text, value);
    },
    close: () => undefined,
  };
}
