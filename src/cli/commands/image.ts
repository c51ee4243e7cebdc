import { resolve } from 'node:path';
import { systemClock } from '../../base/index.ts';
import { buildImage, uploadImage } from '../../images/index.ts';
import type { AddCommand } from '../add-command.ts';
import { jsonOption, outputFor } from '../options.ts';
import { definedVariables } from '../prepare-image.ts';
import { findRuntime, runtimeData, startRuntime, usualStart } from '../runtime-process.ts';

/** `teal image build <folder>` */
export const addImage: AddCommand = (program) => {
  program
    .command('image')
    .summary('images for the local runtime, without Docker')
    .addHelpText('after', '\nExample:\n  teal image build app --name api\n')
    .command('build')
    .summary('build a folder with a Dockerfile, upload it, print its reference by digest')
    .argument('<folder>', 'the folder with the Dockerfile')
    .option('--name <repository>', 'the repository', 'app')
    .option('--tag <tag>', 'a tag for it')
    .option('--run <command...>', 'shell commands in place of all RUNs, as local.build')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal image build app --name api\n')
    .action(async (folder, options) => {
      const output = outputFor(options);
      const dataDir = runtimeData(process.env);
      const runtime = (await findRuntime(dataDir)) ?? (await startRuntime(dataDir, usualStart));
      const signal = new AbortController().signal;
      const started = systemClock.monotonic();
      await using image = await buildImage({
        context: resolve(folder),
        build: options.run,
        architecture: 'X86_64',
        environment: definedVariables(),
        signal,
        onOutput: (line) => output.note(`  ${line}`),
      });
      for (const note of image.notes) output.note(note);
      const reference = await uploadImage({
        endpoint: runtime.endpoint,
        repository: options.name,
        tag: options.tag,
        region: 'eu-west-1',
        image,
        signal,
      });
      output.note(`Built and uploaded in ${((systemClock.monotonic() - started) / 1000).toFixed(1)} s.`);
      output.result(reference, { reference, digest: image.digest, notes: image.notes });
    });
};
