import type { Operation } from '../operation.ts';

/** The default quotas of an account (DynamoDB/ServiceQuotas). Source: DynamoDB-API/API_DescribeLimits */
export const describeLimits: Operation<'DescribeLimits'> = () => ({
  AccountMaxReadCapacityUnits: 80_000,
  AccountMaxWriteCapacityUnits: 80_000,
  TableMaxReadCapacityUnits: 40_000,
  TableMaxWriteCapacityUnits: 40_000,
});

/**
 * Where the client is already: on AWS the region's own address. A client that discovers its endpoint must not be sent
 * away from here. Source: DynamoDB-API/API_DescribeEndpoints
 */
export const describeEndpoints: Operation<'DescribeEndpoints'> = (_state, _input, { host }) => ({
  Endpoints: [{ Address: host, CachePeriodInMinutes: 1_440 }],
});
