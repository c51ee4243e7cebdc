import { systemClock, systemRandom } from '../../src/base/index.ts';
import { openImageStore } from '../../src/local/tasks/process/image-store.ts';
import { createProcessTasks } from '../../src/local/tasks/process/process-tasks.ts';
import { aTask } from './process-driver-task.ts';

/** A process with the driver in it, to be killed: `dataDir`, `image`. Prints what its task prints. */
const [dataDir = '', image = ''] = process.argv.slice(2);
const tasks = await createProcessTasks({
  images: await openImageStore({ dataDir }),
  clock: systemClock,
  random: systemRandom(),
  dataDir,
  runtimeEndpoint: () => 'http://127.0.0.1:1',
  hostPath: process.env.PATH ?? '',
  log: console.error,
});
tasks.driver.start(aTask({ image }), (event) => {
  if (event.kind === 'output') console.log(event.line);
});
