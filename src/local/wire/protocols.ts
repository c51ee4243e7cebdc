import type { AnyService } from '../service.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery } from './aws-query.ts';
import { dialects } from './dialects.ts';
import type { Endpoint, Protocol } from './protocol.ts';
import { rpcV2Cbor } from './rpc-v2-cbor.ts';

/** One more file and one more entry here is one more protocol. */
export const protocols: readonly Protocol[] = [awsJson, rpcV2Cbor, awsQuery];

/** Every service in every dialect that it speaks. */
export function endpointsOf(services: readonly AnyService[]): readonly Endpoint[] {
  return services.flatMap((service) => {
    const spoken = dialects[service.name];
    if (!spoken) throw new Error(`no protocol is known for the service ${service.name}: see dialects.ts`);
    return spoken.map((dialect): Endpoint => ({ service, dialect }));
  });
}
