import type { Entry } from './entry.ts';
import { nothingMeasured } from './measured.ts';
import type { Check, Plan } from './plan.ts';
import type { Place, Site } from './site.ts';

/** What an earlier release wrote: members that came later may be missing. */
interface EarlierSite extends Omit<Site, 'testPlaces' | 'tables'> {
  /** Until 0.1.0 there was one. */
  readonly testPlace?: Place;
  readonly testPlaces?: readonly Place[];
  /** In 0.1.0 there were none. */
  readonly tables?: Site['tables'];
}

/** An entry as any release wrote it: what came later gets the value that it had silently before. The one place that knows. */
export function readEntry(written: Entry): Entry {
  switch (written.kind) {
    case 'opened':
      return { ...written, body: { ...written.body, plan: readPlan(written.body.plan) } };
    case 'refused':
      return { ...written, body: { ...written.body, partly: written.body.partly ?? false } };
    case 'done': {
      const { act, result } = written.body;
      if (!result || !('verdict' in result) || result.verdict.passed) return written;
      const verdict = { ...result.verdict, output: result.verdict.output ?? [] };
      return { ...written, body: { act, result: { verdict } } };
    }
    case 'closed': {
      const { measured } = written.body;
      return { ...written, body: { ...written.body, measured: { ...nothingMeasured, ...measured } } };
    }
    default:
      return written;
  }
}

function readPlan(written: Plan): Plan {
  const { testPlace, testPlaces, tables = {}, ...site }: EarlierSite = written.site;
  return {
    ...written,
    site: { ...site, tables, testPlaces: testPlaces ?? (testPlace ? [testPlace] : []) },
    verification: written.verification.map(
      (check): Check =>
        check.kind === 'command' ? check : { ...check, kind: 'http', host: check.host ?? written.route?.host ?? '' },
    ),
  };
}
