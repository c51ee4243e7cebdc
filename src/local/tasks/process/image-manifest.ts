import type { Json } from '../../../base/index.ts';

/** How an image is to be run: the part of its manifest that a task needs. */
export interface ImageConfig {
  /** The base image by name. Its content is not here: programs are this machine's. */
  readonly base: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly stopSignal: NodeJS.Signals;
  /** Files and folders of the image: absolute paths that begin so mean the task's copy. */
  readonly roots: readonly string[];
}

export interface ImageManifest {
  readonly config: ImageConfig;
  readonly layer: { readonly digest: string; readonly size: number };
}

/**
 * Reads `manifest.json` of an uploaded image.
 * @throws Error for anything else.
 */
export function parseManifest(json: string): ImageManifest {
  const manifest = recordOf(JSON.parse(json), 'manifest');
  if (manifest.schema !== 1) throw new Error(`manifest.schema is ${JSON.stringify(manifest.schema)}, known is 1`);
  const config = recordOf(manifest.config, 'config');
  const layer = recordOf(manifest.layer, 'layer');
  const size = layer.size;
  if (typeof size !== 'number') throw new Error('layer.size is no number');
  return {
    config: {
      base: textOf(config.base, 'base'),
      environment: Object.fromEntries(
        Object.entries(recordOf(config.environment, 'environment')).map(([name, value]) => [name, textOf(value, name)]),
      ),
      workingDirectory: textOf(config.workingDirectory, 'workingDirectory'),
      entryPoint: config.entryPoint === null ? undefined : textsOf(config.entryPoint, 'entryPoint'),
      command: config.command === null ? undefined : textsOf(config.command, 'command'),
      stopSignal: signalOf(config.stopSignal),
      roots: textsOf(config.roots, 'roots'),
    },
    layer: { digest: textOf(layer.digest, 'layer.digest'), size },
  };
}

type JsonRecord = { readonly [key: string]: Json | undefined };

function recordOf(value: unknown, name: string): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return Object.fromEntries(Object.entries(value));
}

function textOf(value: Json | undefined, name: string): string {
  if (typeof value !== 'string') throw new Error(`${name} is no text`);
  return value;
}

function textsOf(value: Json | undefined, name: string): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`${name} is no list`);
  return value.map((item: Json) => textOf(item, name));
}

const stopSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGWINCH'] as const;

function signalOf(value: Json | undefined): NodeJS.Signals {
  const found = stopSignals.find((name) => name === value);
  if (!found) throw new Error(`stopSignal is ${JSON.stringify(value)}`);
  return found;
}
