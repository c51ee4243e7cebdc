import { createHash } from 'node:crypto';
import { type Ms, ms } from '../../src/base/index.ts';
import type { WebService } from '../../src/config/index.ts';
import { aService } from '../../src/config/testing.ts';
import type { ResolvedImage } from '../../src/deployment/index.ts';
import { answered, type Behaviour, healthyBehaviour } from '../../src/local/tasks/simulated/index.ts';

/** How a revision turns out. */
export type Quality =
  | 'good'
  | 'crashes-at-start'
  | 'never-healthy'
  | 'sickens'
  | 'dies-later'
  | 'fails-under-load'
  | 'slow'
  | 'fails-verification';

/** Above it a revision that fails under load does; the simulated clients and probes send more through all of the weight. */
const bearableRequestsPerSecond = 1;

/** How long a revision that sickens or dies later is well: so that it fails in one phase or another. */
const wellFor = (digest: string): Ms => ms(20_000 + (Number.parseInt(digest.slice(-4), 16) % 60) * 1_000);

const { answer: well } = healthyBehaviour;

const behavioursOf = (digest: string): Readonly<Record<Quality, Behaviour>> => ({
  good: healthyBehaviour,
  'crashes-at-start': { ...healthyBehaviour, life: { kind: 'exits', after: ms(300), code: 1 } },
  'never-healthy': { ...healthyBehaviour, answer: () => answered(500, 'no database') },
  sickens: {
    ...healthyBehaviour,
    answer: (request, moment) => (moment.upFor > wellFor(digest) ? answered(503, 'sick') : well(request, moment)),
  },
  'dies-later': { ...healthyBehaviour, life: { kind: 'exits', after: wellFor(digest), code: 137 } },
  'fails-under-load': {
    ...healthyBehaviour,
    answer: (request, moment) => {
      const healthCheck = request.headers['user-agent']?.startsWith('ELB') === true;
      const told = well(request, moment);
      return !healthCheck && moment.requestsPerSecond > bearableRequestsPerSecond && told.kind === 'answered'
        ? { ...told, status: 500 }
        : told;
    },
  },
  slow: {
    ...healthyBehaviour,
    answer: (request, moment) => {
      const told = well(request, moment);
      return told.kind === 'answered' ? { ...told, latency: ms(1_500) } : told;
    },
  },
  'fails-verification': {
    ...healthyBehaviour,
    answer: (request, moment) => (request.path === '/check' ? answered(404, 'not here') : well(request, moment)),
  },
});

const qualities = Object.keys(behavioursOf('')) as readonly Quality[];

/** An image whose name tells the quality of what it runs. */
export function anImage(quality: Quality, label: string): ResolvedImage {
  const digest = `sha256:${createHash('sha256').update(`${quality}/${label}`).digest('hex')}`;
  return { reference: `${quality}@${digest}`, digest };
}

export const qualityOf = (image: string): Quality | undefined => {
  const [name = ''] = image.split('@');
  return qualities.find((quality) => quality === name);
};

/** What the simulated tasks do with an image of `anImage`. */
export const behaviourOfImage = (image: string): Behaviour => behavioursOf(image)[qualityOf(image) ?? 'good'];

/** A web service with holds of seconds, and this deployment. */
export function simulatedService(deployment: object, fields: object = {}): WebService {
  const service = aService({
    deregistrationDelay: '5s',
    stopTimeout: '2s',
    gracePeriod: '5s',
    targetHealthCheck: { interval: '5s', timeout: '2s' },
    ...fields,
    deployment: {
      healthTimeout: '2m',
      bake: '15s',
      identity: { header: 'x-revision' },
      limits: { window: '15s', minimumAnswers: 5, failurePercent: 20, p99: '1s' },
      verification: [{ http: '/check', status: 200 }],
      ...deployment,
    },
  });
  if (service.kind !== 'web') throw new Error('a service with routes is a web service');
  return service;
}
