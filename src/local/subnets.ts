import type { Collection } from './store/store.ts';
import type { World } from './world.ts';

/** What is known of a subnet that was made elsewhere. */
export type Subnet = { readonly zone: string; readonly vpcId: string };

/** By id: the subnets of a world that a fallback has told of. Others are taken as given. */
export const knownSubnets = (world: Pick<World, 'store'>): Collection<Subnet> => world.store.collection('ec2/subnets');
