import { fullColor } from '../deployment/index.ts';
import { type Context, collectEvidence, type Driven } from '../operations/index.ts';
import type { ExitName } from './exit-code.ts';
import type { Output } from './output/index.ts';
import { leftText, outcomeText } from './output/outcome-text.ts';
import { writeEvidence } from './write-evidence.ts';

/** Prints how a drive ended, with the last line telling where traffic is, and returns the exit code's name. */
export async function tellDriven(context: Context, output: Output, driven: Driven): Promise<ExitName> {
  const { plan } = driven;
  const report = await collectEvidence(context, driven);
  const about = { environment: plan.site.environment.name, service: plan.site.service, deployment: plan.id };
  output.close();
  if (driven.kind === 'left') {
    output.result(leftText(plan, report), { ...about, outcome: 'left', weights: report.weights });
    return 'left';
  }
  const { outcome } = driven;
  const wrong = outcome.name !== 'succeeded' && outcome.because.kind !== 'asked';
  const evidence = wrong ? keptEvidence(() => writeEvidence(context.root, plan, outcome, report), output) : null;
  const { weights, tookMs, carried, measured } = report;
  output.result(outcomeText({ plan, outcome, report, evidence, now: context.clock.now() }), {
    ...about,
    outcome,
    weights,
    live: weights && fullColor(weights),
    tookMs,
    carried,
    measured,
    evidence,
  });
  return outcome.name === 'succeeded' ? 'ok' : outcome.name;
}

/** What can't be written must not hide how the deployment ended. */
function keptEvidence(write: () => string, output: Output): string | null {
  try {
    return write();
  } catch (error) {
    output.note(`The evidence could not be written: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
