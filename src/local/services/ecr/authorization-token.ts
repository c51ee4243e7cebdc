import { type Operation, registryHost } from './state.ts';

/** Good for twelve hours, and for nothing here: no registry is behind it. Source: ECR-API/API_GetAuthorizationToken */
export const getAuthorizationToken: Operation<'GetAuthorizationToken'> = ({ world, random }, input) => ({
  authorizationData: (input.registryIds ?? [world.account]).map((account) => ({
    authorizationToken: Buffer.from(`AWS:${random.hex(64)}`).toString('base64'),
    expiresAt: new Date(world.clock.now() + 12 * 3_600_000),
    proxyEndpoint: `https://${registryHost({ account, region: world.region })}`,
  })),
});
