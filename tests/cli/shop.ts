import type { Workbench } from './workbench.ts';

export interface ShopSettings {
  readonly steps: readonly { readonly weight: number; readonly hold?: { readonly bake: string } }[];
  readonly bake: string;
}

const short: ShopSettings = { steps: [{ weight: 10, hold: { bake: '1s' } }, { weight: 100 }], bake: '1s' };

/** Starts a runtime of the workbench's own, and the project `shop`, whose answers tell their version. */
export async function makeShop(bench: Workbench, settings: ShopSettings = short): Promise<void> {
  await bench.teal('init', 'shop');
  setShop(bench, settings);
  const started = await bench.teal('local', 'start', '--port', '0');
  if (started.code !== 0) throw new Error(started.stderr);
}

/** How the next deployment goes; `more` replaces further members of `deployment`. */
export function setShop(bench: Workbench, { steps, bake }: ShopSettings, more: object = {}): void {
  bench.edit('services/shop.json', (service) => ({
    ...service,
    deregistrationDelay: '1s',
    deployment: {
      strategy: { steps },
      bake,
      identity: { path: '/version', json: '$.version' },
      verification: [{ http: '/health', status: 200, contains: 'ok', maxLatency: '500ms' }],
      ...more,
    },
  }));
}

/** The application of a version; `extra` runs at its start. */
export function writeVersion(bench: Workbench, version: string, extra = ''): void {
  const source = bench.read('app/server.js').replace(/^const version = .*$/m, `const version = '${version}';`);
  bench.write(
    'app/server.js',
    `${source.replace(/\n\/\/ extra[\s\S]*$/, '\n')}${extra === '' ? '' : `\n// extra\n${extra}\n`}`,
  );
}
