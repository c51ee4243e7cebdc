import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noTerminal, openTerminal } from './pseudo-terminal.ts';
import { makeShop, setShop, writeVersion } from './shop.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

if (noTerminal !== undefined) process.stderr.write(`skipped: the live view, because ${noTerminal}\n`);

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await openWorkbench();
    await makeShop(bench, { steps: [{ weight: 10, hold: { bake: '10m' } }, { weight: 100 }], bake: '0s' });
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test('a deployment is drawn live within 80 columns, p promotes it, and it ends as plain text', async () => {
    writeVersion(bench, 'v1');
    expect((await bench.teal('deploy')).code).toBe(0);
    writeVersion(bench, 'v2');
    const terminal = openTerminal(bench, ['deploy']);
    await terminal.until(/10 % since .*next step in .* p promote {3}a abort {3}d detach/);
    terminal.press('p');
    const { code, text, raw } = await terminal.ended;
    expect(code).toBe(0);
    expect(raw).toContain('\u001b[34m');
    const last = text.slice(text.lastIndexOf('shop → local'));
    expect(last).toMatch(/prepare ✓ .*provision ✓ .*verify ✓ .*shift ✓/);
    expect(last).toMatch(/blue {3}v2 {2}█+ {3}100 % {3}2\/2 healthy\n {2}green {2}v1 {2}░+ {5}0 % {3}2\/2 healthy/);
    expect(last).toMatch(/answers\/s {4}failed {7}p50 {7}p99/);
    expect(last).not.toContain('p promote');
    expect(last).toMatch(/\d\d:\d\d {2}promote asked for by .*\n[\s\S]*\d\d:\d\d {2}succeeded\n/);
    expect(last.trimEnd().split('\n').at(-1)).toMatch(/^Traffic: blue 100 %/);
    expect(last.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('a takes it back at once, and without colour nothing is painted', async () => {
    writeVersion(bench, 'v3');
    const terminal = openTerminal(bench, ['deploy'], { NO_COLOR: '1' });
    await terminal.until(/10 % since/);
    terminal.press('a');
    const { code, text, raw } = await terminal.ended;
    expect(code).toBe(5);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    expect(raw).not.toMatch(/\u001b\[3\dm/);
    expect(text).toMatch(/shift ✗ {2,3}rolling back ✓/);
    expect(text.trimEnd().split('\n').at(-1)).toBe('Traffic: blue 100 %, green 0 %.');
  });

  test('^C asks once and says what follows; a second one leaves the deployment, which another drives on', async () => {
    writeVersion(bench, 'v4');
    const terminal = openTerminal(bench, ['deploy']);
    await terminal.until(/10 % since/);
    terminal.press('\u0003');
    await terminal.until(
      /Stop this deployment[\s\S]*roll back: all traffic to blue \(v2\) at once[\s\S]*teal resume shop/,
    );
    terminal.press('x');
    await terminal.until(/10 % since/);
    terminal.press('\u0003');
    await terminal.until(/Stop this deployment/);
    terminal.press('\u0003');
    const { code, text } = await terminal.ended;
    expect(code).toBe(8);
    expect(text).toContain('"teal resume shop" drives it on, "teal abort shop" takes it back');
    const { stdout } = await bench.teal('status');
    expect(stdout).toMatch(/^! shop/m);
    expect(stdout).toContain('→ teal resume shop');
    const resumed = openTerminal(bench, ['resume']);
    await resumed.until(/prepare ✓ {2,3}provision ✓ {2,3}verify ✓ {2,3}shift ▸ 1 of 2/);
    resumed.press('d');
    expect((await resumed.ended).code).toBe(8);
    expect((await bench.teal('abort')).code).toBe(5);
  });

  test('a dumb terminal and CI get plain lines', async () => {
    setShop(bench, { steps: [{ weight: 100 }], bake: '0s' });
    for (const [command, environment] of [
      ['deploy', { TERM: 'dumb' }],
      ['rollback', { CI: 'true' }],
    ] as const) {
      const { raw, code } = await openTerminal(bench, [command], environment).ended;
      expect(code).toBe(0);
      expect(raw).not.toContain('\u001b');
      expect(raw).toMatch(/Z shop weights blue=\d+ green=\d+ written and read back/);
    }
  });
});
