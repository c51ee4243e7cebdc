export {
  answered,
  type Behaviour,
  healthyBehaviour,
  type Moment,
  type SimulatedAnswer,
  type SimulatedRequest,
} from './behaviour.ts';
export { createSimulatedTasks, type SimulatedTasks } from './simulated-tasks.ts';
