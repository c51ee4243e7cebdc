import type { DeploymentEvent, Outcome, Outline, PhaseName } from '../../deployment/index.ts';
import { createTeller } from './event-text.ts';

type StatusBody = Extract<DeploymentEvent, { type: 'status' }>['body'];

/** When a phase began and ended, by the events' clock; undefined where nobody here saw it. */
export interface PhaseSpan {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** What a live view shows: a fold over events. */
export interface LiveView {
  readonly service: string;
  readonly environment: string;
  readonly deployment: string;
  readonly outline: Outline | undefined;
  readonly phase: PhaseName;
  readonly step: number;
  readonly phases: Readonly<Partial<Record<PhaseName, PhaseSpan>>>;
  /** The phase that ended in a roll-back. */
  readonly failed: PhaseName | undefined;
  readonly status: StatusBody | undefined;
  readonly openedAt: number;
  readonly outcome: Outcome | undefined;
  readonly endedAt: number | undefined;
  /** Oldest first. */
  readonly log: readonly { readonly at: number; readonly text: string }[];
}

/** Phases in the order in which a deployment goes through them. */
export const phaseOrder: readonly PhaseName[] = ['preparing', 'provisioning', 'verifying', 'shifting', 'baking'];

/** Folds events into a view; begins anew where another deployment begins. */
export function createLiveView(): (event: DeploymentEvent) => LiveView {
  let view: LiveView | undefined;
  const tell = createTeller();
  return (event) => {
    const known = view?.deployment === event.deployment ? view : emptyView(event);
    const text = tell(event);
    const log = text === undefined ? known.log : [...known.log, { at: Date.parse(event.at), text }];
    view = { ...after(known, event), log };
    return view;
  };
}

const emptyView = (event: DeploymentEvent): LiveView => ({
  service: event.service,
  environment: event.environment,
  deployment: event.deployment,
  outline: undefined,
  phase: 'preparing',
  step: 0,
  phases: { preparing: { from: Date.parse(event.at), to: undefined } },
  failed: undefined,
  status: undefined,
  openedAt: Date.parse(event.at),
  outcome: undefined,
  endedAt: undefined,
  log: [],
});

function after(view: LiveView, event: DeploymentEvent): LiveView {
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'driving': {
      const { phase, step, openedAt } = event.body;
      const known = { ...view, outline: event.body, openedAt: Date.parse(openedAt) };
      return phase === view.phase ? { ...known, step } : entered(passedBefore(known, phase), phase, step, at);
    }
    case 'phase':
      return { ...view, ...entered(view, event.body.phase, event.body.step, at) };
    case 'status':
      return { ...view, status: event.body };
    case 'outcome':
      return {
        ...view,
        outcome: event.body.outcome,
        endedAt: at,
        phases: { ...view.phases, [view.phase]: { from: view.phases[view.phase]?.from, to: at } },
      };
    default:
      return view;
  }
}

function entered(view: LiveView, phase: PhaseName, step: number, at: number): LiveView {
  if (phase === view.phase) return { ...view, step };
  return {
    ...view,
    phase,
    step,
    failed: phase === 'rolling-back' ? view.phase : view.failed,
    phases: {
      ...view.phases,
      [view.phase]: { from: view.phases[view.phase]?.from, to: at },
      [phase]: { from: at, to: undefined },
    },
  };
}

/** Another driver went through what lies before: it is done, and how long it took is not known here. */
function passedBefore(view: LiveView, phase: PhaseName): LiveView {
  const index = phaseOrder.indexOf(phase);
  const passed = phaseOrder.slice(0, index < 0 ? phaseOrder.length : index);
  const unseen = { from: undefined, to: undefined };
  return { ...view, phases: Object.fromEntries(passed.map((name) => [name, unseen])) };
}
