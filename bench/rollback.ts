import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { textAt } from '../examples/demo/json.ts';
import { atMost, type Chapter, figure } from './chapter.ts';
import { distribution } from './distribution.ts';
import { startLoadProcess } from './load-process.ts';
import { aStand } from './stand.ts';
import { sentAtOf } from './switches.ts';
import { milliseconds, table, whole } from './table.ts';

const times = 10;

export const rollback: Chapter = {
  name: 'rollback',
  title: `"teal rollback" from a fresh process, ${times} times under load (instant)`,
  async run(bench) {
    await using stand = await aStand(bench, 'instant', { strategy: 'all-at-once', bake: '0s' });
    await stand.teal.run(['deploy', 'bench', '--json']);
    stand.version('v2');
    const opened = (await stand.teal.run(['deploy', 'bench', '--json'])).find(({ type }) => type === 'opened');
    const color = textAt(opened?.body, 'to');
    const load = startLoadProcess({ url: await stand.url(), requestsPerSecond: 500 }, bench.signal);
    await sleep(500);
    const all: number[] = [];
    const writes: number[] = [];
    const ends: number[] = [];
    const calls: number[] = [];
    const nodes: number[] = [];
    for (let n = 0; n < times; n++) {
      nodes.push(startOfNode());
      const startedAt = Date.now();
      const events = await stand.teal.run(['rollback', 'bench', '--json']);
      ends.push(Date.now() - startedAt);
      calls.push(await stand.callsSince(startedAt));
      await sleep(300);
      const { last } = await load.count();
      all.push((last.v2?.answeredAt ?? Number.POSITIVE_INFINITY) - startedAt);
      writes.push(sentAtOf(events) - startedAt);
      await stand.teal.run(['switch', 'bench', '--to', color, '--json']);
      await sleep(300);
    }
    const { failed, example } = await load.stop();
    if (example !== '') bench.say(`the first failure was: ${example}`);
    const row = (name: string, values: readonly number[]) => {
      const { p50, most } = distribution(values);
      return [name, milliseconds(p50), milliseconds(most)];
    };
    const lines = table(
      ['from the start of the process to …', 'p50', 'at most'],
      [
        ['the last answer of the version that was left', ...row('', all).slice(1)],
        ['the sending of ModifyRule', ...row('', writes).slice(1)],
        ['its end', ...row('', ends).slice(1)],
        ['(beside it: node -e 0 takes)', ...row('', nodes).slice(1)],
      ],
    );
    const mostCalls = Math.max(...calls);
    return {
      lines: [...lines, `  ${whole(mostCalls)} API calls at most, ${failed} requests failed.`],
      figures: [
        figure('rollback: last old answer, p50', distribution(all).p50, 'ms', atMost(300)),
        figure('rollback: last old answer, at most', distribution(all).most, 'ms'),
        figure('rollback: sending of ModifyRule, p50', distribution(writes).p50, 'ms'),
        figure('rollback: end of the process, p50', distribution(ends).p50, 'ms'),
        figure('node -e 0, p50', distribution(nodes).p50, 'ms'),
        figure('rollback: API calls', mostCalls, 'calls'),
        figure('rollback: failed requests', failed, 'requests', atMost(0)),
      ],
    };
  },
};

function startOfNode(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}
