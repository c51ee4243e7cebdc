export {
  answered,
  type Behaviour,
  healthyBehaviour,
  type SimulatedAnswer,
} from './behaviour.ts';
export { createSimulatedTasks, type SimulatedTasks } from './simulated-tasks.ts';
