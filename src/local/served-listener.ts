import type { World } from './world.ts';

/** A load balancer's listener, and where it really listens on this machine. */
export interface ServedListener {
  readonly listenerArn: string;
  readonly loadBalancerName: string;
  /** As in the API; the port in `url` may be another. */
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly url: string;
}

/** What the runtime needs of the balancer. */
export interface BalancerFront extends AsyncDisposable {
  /** Serves the listeners of a world, those to come too, until the returned function is called. */
  serve(world: World): () => void;
  listeners(): readonly ServedListener[];
}
