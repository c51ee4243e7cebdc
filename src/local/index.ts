export { AwsError } from './aws-error.ts';
export type { ListenerAddress } from './balancer/index.ts';
export { isRunning } from './is-running.ts';
export { DataFolderTaken, type LockFile, readLockFile } from './lock-file.ts';
export { runLocalRuntime } from './run-local-runtime.ts';
export { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
export { type LocalRuntime, type LocalRuntimeOptions, PortTaken, startLocalRuntime } from './server.ts';
export type { AnyService, Call, Handler, InputOf, OutputOf, ServiceDefinition } from './service.ts';
export { services } from './services/index.ts';
export { memoryStore } from './store/memory-store.ts';
export type { Collection, Store } from './store/store.ts';
export type { HealthCheckAnswer, HealthCheckRequest, Network, SocketAddress } from './tasks/network.ts';
export type {
  ContainerSpec,
  ContainerUsage,
  RunningTask,
  TaskDriver,
  TaskEvent,
  TaskSpec,
  TaskUsage,
} from './tasks/task-driver.ts';
export { type Timing, timings } from './timing.ts';
export type { WireRequest, WireResponse } from './wire/message.ts';
export type { Surroundings, World } from './world.ts';
