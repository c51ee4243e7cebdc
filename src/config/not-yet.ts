import type { Service } from './normalised.ts';

/** Something the schema accepts and this release cannot do. */
export interface NotYet {
  /** The JSON path. */
  readonly path: string;
  /** What it is, as the beginning of a sentence: "workers". */
  readonly what: string;
}

/** What `plan` refuses in this release, so that nothing is accepted and then silently left out. */
export function notYet(service: Service): readonly NotYet[] {
  const { deployment } = service;
  const web = service.kind === 'web' ? service : undefined;
  const found: (NotYet | false)[] = [
    service.kind === 'worker' && { path: 'kind', what: 'workers' },
    deployment.controller !== 'teal' && {
      path: 'deployment.controller',
      what: `controller "${deployment.controller}"`,
    },
    web !== undefined && web.protocol !== 'HTTP1' && { path: 'protocol', what: `protocol ${web.protocol}` },
  ];
  return found.filter((item) => item !== false);
}
