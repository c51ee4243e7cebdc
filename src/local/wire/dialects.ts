import type { Dialect } from './protocol.ts';

/** By the name in the credential scope. Source: `runtimeConfig.shared` of each SDK client, and botocore's models. */
export const dialects: Readonly<Record<string, Dialect>> = {
  ecs: { protocol: 'awsJson', version: '1.1', target: 'AmazonEC2ContainerServiceV20141113', errorPrefix: '' },
  ssm: { protocol: 'awsJson', version: '1.1', target: 'AmazonSSM', errorPrefix: '' },
  logs: { protocol: 'awsJson', version: '1.1', target: 'Logs_20140328', errorPrefix: '' },
  dynamodb: {
    protocol: 'awsJson',
    version: '1.0',
    target: 'DynamoDB_20120810',
    errorPrefix: 'com.amazonaws.dynamodb.v20120810#',
  },
  sts: { protocol: 'awsQuery', version: '2011-06-15', xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  elasticloadbalancing: {
    protocol: 'awsQuery',
    version: '2015-12-01',
    xmlns: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  },
};
