import type { Entry } from './entry.ts';
import { nothingMeasured } from './measured.ts';
import type { HttpCheck, Plan } from './plan.ts';
import type { Place, Site } from './site.ts';

/** What an earlier release wrote: members that came later may be missing. */
interface EarlierSite extends Omit<Site, 'testPlaces'> {
  /** Until 0.1.0 there was one. */
  readonly testPlace?: Place;
  readonly testPlaces?: readonly Place[];
}

/** An entry as any release wrote it: what came later gets the value that it had silently before. The one place that knows. */
export function readEntry(written: Entry): Entry {
  switch (written.kind) {
    case 'opened':
      return { ...written, body: { ...written.body, plan: readPlan(written.body.plan) } };
    case 'refused':
      return { ...written, body: { ...written.body, partly: written.body.partly ?? false } };
    case 'closed': {
      const { measured } = written.body;
      return { ...written, body: { ...written.body, measured: { ...nothingMeasured, ...measured } } };
    }
    default:
      return written;
  }
}

function readPlan(written: Plan): Plan {
  const { testPlace, testPlaces, ...site }: EarlierSite = written.site;
  return {
    ...written,
    site: { ...site, testPlaces: testPlaces ?? (testPlace ? [testPlace] : []) },
    verification: written.verification.map(
      (check): HttpCheck => ({ ...check, host: check.host ?? written.route?.host ?? '' }),
    ),
  };
}
