import { pathCovers, type WebService } from '../config/index.ts';

/** The host by which a path reaches a service: that of the first of its routes that takes it, the balancer's own where any host will do. */
export const hostsOf =
  ({ routes }: Pick<WebService, 'routes'>, balancer: string) =>
  (path: string): string => {
    const route = routes.find((candidate) => pathCovers(candidate.path, path)) ?? routes[0];
    return route.host ?? balancer;
  };
